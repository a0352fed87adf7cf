// Prints the nodes and edges that graphology-gexf reads from the file named by the first argument, as JSON.
const fs = require('fs');
const {MultiDirectedGraph} = require('graphology');
const gexf = require('graphology-gexf');

const graph = gexf.parse(MultiDirectedGraph, fs.readFileSync(process.argv[2], 'utf8'), {respectInputGraphType: true});
process.stdout.write(JSON.stringify({
  nodes: graph.mapNodes((key, attributes) => ({key, ...attributes})),
  edges: graph.mapEdges((key, attributes, source, target) => ({key, source, target, ...attributes})),
}));
