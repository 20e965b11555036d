/** Numbers given, the audit log, the directory as it was served, settings. */
import type { Migration } from '../migrate.ts'

export const office: Migration = {
  version: 3,
  name: 'office',
  up: (database) =>
    void database.exec(`
      CREATE TABLE document_numbers (
        unit TEXT NOT NULL,
        year INTEGER NOT NULL,
        serial INTEGER NOT NULL,
        matter TEXT NOT NULL,
        PRIMARY KEY (unit, year, serial)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX document_numbers_by_matter ON document_numbers (matter);
      CREATE TABLE register_numbers (
        register TEXT NOT NULL,
        year INTEGER NOT NULL,
        serial INTEGER NOT NULL,
        matter TEXT NOT NULL,
        PRIMARY KEY (register, year, serial)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX register_numbers_by_matter ON register_numbers (matter);

      CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        time TEXT NOT NULL,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        facts TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
      ) STRICT;
      CREATE INDEX audit_by_kind ON audit (kind, seq);

      CREATE TABLE directory_acts (
        version INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        received_at TEXT NOT NULL,
        jws TEXT NOT NULL
      ) STRICT;
      CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `),
}
