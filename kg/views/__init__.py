"""A KnowledgeGraph → its projections: nodes and edges as tables, a networkx graph, and measures of the nodes."""

from kg.views.measures import measures
from kg.views.rows import edges, nodes, records, to_networkx

__all__ = ["edges", "measures", "nodes", "records", "to_networkx"]
