"""The tagger: MiniLM encoder, shape embeddings, one BiLSTM, heads for tags (a CRF), roles and figures."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertModel

from kg.nlp.encoding import PLACES, SHAPES
from kg.nlp.ner import ROLES, TAGS, allowed_transitions

SHAPE_WIDTH = 48  # of the shape embedding that goes around the encoder


class Tagger(nn.Module):
    """Piece ids `(batch, pieces)` and shapes `(batch, pieces, 3)` to scores of tags, roles and figures."""

    def __init__(self, encoder: BertModel, *, lstm_width: int = 192, dropout: float = 0.1):
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.shape_in = nn.ModuleList(nn.Embedding(size, width) for size in _sizes())
        self.shape_out = nn.ModuleList(nn.Embedding(size, SHAPE_WIDTH) for size in _sizes())
        self.ahead = nn.LSTM(width + SHAPE_WIDTH, lstm_width, batch_first=True)
        self.back = nn.LSTM(width + SHAPE_WIDTH, lstm_width, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head_dropout = nn.Dropout(2 * dropout)
        joined = 2 * lstm_width + width
        self.tags = nn.Linear(joined, len(TAGS))
        self.roles = nn.Linear(joined, len(ROLES))
        self.values = nn.Linear(joined, 3)
        self.crf = CRF()
        for table in [*self.shape_in, *self.shape_out]:
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids: Tensor, shapes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores `(batch, pieces, labels)`; what lies past a text's length is meaningless."""
        encoded = self.encode(ids, shapes, lengths)
        backward = reversal(lengths, ids.shape[1])
        ahead = self.ahead(encoded)[0]
        back = _gather(self.back(_gather(encoded, backward))[0], backward)
        return self.heads(torch.cat([ahead, back, encoded[..., :-SHAPE_WIDTH]], -1))

    def encode(self, ids: Tensor, shapes: Tensor, lengths: Tensor | None) -> Tensor:
        """Contextual vectors with the shape embedding beside them."""
        embeds = self.encoder.embeddings.word_embeddings(ids) + embed(self.shape_in, shapes)
        mask = None if lengths is None else (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        hidden = self.encoder(inputs_embeds=embeds, attention_mask=mask).last_hidden_state
        return torch.cat([self.dropout(hidden), embed(self.shape_out, shapes)], -1)

    def heads(self, joined: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores from the joined vectors."""
        joined = self.head_dropout(joined)
        return self.tags(joined), self.roles(joined), self.values(joined)


class CRF(nn.Module):
    """Linear-chain CRF over TAGS (Lafferty et al. 2001), forbidden transitions at zero weight."""

    def __init__(self) -> None:
        super().__init__()
        start, move, end = allowed_transitions()
        self.start = nn.Parameter(torch.zeros(len(TAGS)))
        self.move = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.end = nn.Parameter(torch.zeros(len(TAGS)))
        for name, allowed in (("may_start", start), ("may_move", move), ("may_end", end)):
            self.register_buffer(name, torch.from_numpy(allowed).float(), persistent=False)

    def loss(self, scores: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Negative log-likelihood of each tag sequence, `(batch,)`."""
        return self.log_total(scores, lengths) - self.log_score(scores, tags, lengths)

    def log_total(self, scores: Tensor, lengths: Tensor) -> Tensor:
        """log of the summed weight of all paths, by the forward algorithm in scaled probability space."""
        top = scores.amax(-1, keepdim=True)
        weight = (scores - top).exp()
        move = self.move.exp() * self.may_move
        alpha = weight[:, 0] * (self.start.exp() * self.may_start)
        logs, alphas = [], []
        for step in range(scores.shape[1]):
            if step:
                alpha = (alpha @ move) * weight[:, step]
            total = alpha.sum(-1, keepdim=True).clamp_min(1e-30)
            alpha = alpha / total
            alphas.append(alpha)
            logs.append(total.log())
        inside = torch.arange(scores.shape[1]) < lengths[:, None]
        sums = ((torch.cat(logs, -1) + top.squeeze(-1)) * inside).sum(-1)
        last = torch.stack(alphas, 1)[torch.arange(len(lengths)), lengths - 1]
        return sums + (last @ (self.end.exp() * self.may_end)).clamp_min(1e-30).log()

    def log_score(self, scores: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """log weight of the given paths."""
        inside = (torch.arange(scores.shape[1]) < lengths[:, None]).float()
        emitted = (scores.gather(-1, tags[..., None]).squeeze(-1) * inside).sum(-1)
        moved = (self.move[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum(-1)
        last = tags[torch.arange(len(lengths)), lengths - 1]
        return emitted + moved + self.start[tags[:, 0]] + self.end[last]


def reversal(lengths: Tensor, size: int) -> Tensor:
    """Indices that turn each text round and leave the padding behind it."""
    steps = torch.arange(size)
    turned = lengths[:, None] - 1 - steps
    return torch.where(turned >= 0, turned, steps)


def _gather(vectors: Tensor, index: Tensor) -> Tensor:
    return vectors.gather(1, index[..., None].expand(-1, -1, vectors.shape[-1]))


def embed(tables: nn.ModuleList, shapes: Tensor) -> Tensor:
    """Sum of the three channels' embeddings."""
    vectors = [table(shapes[..., channel]) for channel, table in enumerate(tables)]
    return vectors[0] + vectors[1] + vectors[2]


def _sizes() -> tuple[int, int, int]:
    return len(SHAPES), len(SHAPES), len(PLACES)
