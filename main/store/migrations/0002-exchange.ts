/** What leaves and what arrives: outbox, inbox, cursors, receipts, blobs. */
import type { Migration } from '../migrate.ts'

export const exchange: Migration = {
  version: 2,
  name: 'exchange',
  up: (database) =>
    void database.exec(`
      CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        lane TEXT NOT NULL,
        packet TEXT NOT NULL UNIQUE,
        act TEXT NOT NULL,
        urgency TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL DEFAULT 0,
        last_refusal TEXT,
        queued_at TEXT NOT NULL,
        ended_at TEXT,
        blobs TEXT NOT NULL,
        raw TEXT NOT NULL
      ) STRICT;
      CREATE INDEX outbox_waiting ON outbox (lane, seq) WHERE state = 'waiting';
      CREATE INDEX outbox_by_act ON outbox (act, seq);
      CREATE INDEX outbox_trouble ON outbox (state, seq) WHERE state IN ('refused', 'dropped');

      CREATE TABLE inbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        box TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'done', 'parked')),
        reason TEXT,
        facts TEXT,
        waiting_for TEXT,
        shown INTEGER NOT NULL DEFAULT 0,
        received_at TEXT NOT NULL,
        receipt TEXT NOT NULL,
        raw TEXT NOT NULL,
        UNIQUE (box, position)
      ) STRICT;
      CREATE INDEX inbox_new ON inbox (seq) WHERE state = 'new';
      CREATE INDEX inbox_parked ON inbox (seq) WHERE state = 'parked';
      CREATE INDEX inbox_waiting_for ON inbox (waiting_for) WHERE state = 'parked';

      CREATE TABLE cursors (box TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE receipts (
        hub TEXT NOT NULL,
        position INTEGER NOT NULL,
        packet TEXT NOT NULL,
        time TEXT NOT NULL,
        tree_size INTEGER NOT NULL,
        root TEXT NOT NULL,
        jws TEXT NOT NULL,
        PRIMARY KEY (hub, position)
      ) STRICT;
      CREATE INDEX receipts_by_packet ON receipts (packet);

      CREATE TABLE blobs (
        id TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('here', 'wanted', 'needs-upload', 'uploaded')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL DEFAULT 0,
        since TEXT NOT NULL
      ) STRICT;
      CREATE INDEX blobs_to_move ON blobs (state, next_at);
    `),
}
