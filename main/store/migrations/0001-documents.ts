/** Drafts with their versions, acts as received, and the projection of matters that the lists read. */
import type { Migration } from '../migrate.ts'

export const documents: Migration = {
  version: 1,
  name: 'documents',
  up: (database) =>
    void database.exec(`
      CREATE TABLE drafts (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        title TEXT NOT NULL,
        version INTEGER NOT NULL,
        content TEXT NOT NULL,
        created TEXT NOT NULL,
        updated TEXT NOT NULL
      ) STRICT;
      CREATE INDEX drafts_of_person ON drafts (person, updated DESC, id DESC);
      CREATE TABLE draft_versions (
        draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        content TEXT NOT NULL,
        saved TEXT NOT NULL,
        PRIMARY KEY (draft, version)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE acts (
        local INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        matter TEXT NOT NULL,
        owner TEXT NOT NULL,
        kind TEXT NOT NULL,
        pen INTEGER NOT NULL,
        time TEXT NOT NULL,
        standing TEXT NOT NULL CHECK (standing IN ('pending', 'accepted', 'refused')),
        position INTEGER,
        accepted_at TEXT,
        refusal TEXT,
        verification TEXT NOT NULL,
        jws TEXT NOT NULL,
        CHECK ((standing = 'accepted') = (position IS NOT NULL))
      ) STRICT;
      CREATE INDEX acts_of_matter ON acts (matter, standing, position, local, id);
      CREATE INDEX acts_not_accepted ON acts (standing, matter) WHERE standing <> 'accepted';

      CREATE TABLE matters (
        number_of_row INTEGER PRIMARY KEY,
        matter TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        status TEXT NOT NULL,
        title TEXT NOT NULL,
        number TEXT,
        urgency TEXT NOT NULL,
        counterpart TEXT,
        holder TEXT,
        deadline TEXT,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        head TEXT
      ) STRICT;
      CREATE INDEX matters_by_kind ON matters (kind, updated DESC, matter DESC);
      CREATE INDEX matters_by_status ON matters (kind, status, updated DESC, matter DESC);
      CREATE INDEX matters_by_holder ON matters (holder, updated DESC, matter DESC) WHERE holder IS NOT NULL;
      CREATE TABLE matter_states (
        matter TEXT PRIMARY KEY REFERENCES matters (matter) ON DELETE CASCADE,
        state TEXT NOT NULL,
        void TEXT NOT NULL
      ) STRICT;
    `),
}
