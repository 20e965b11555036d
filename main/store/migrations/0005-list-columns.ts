/**
 * What a list shows beyond the line, so that no list reads whole states or counts whole tables: the writer, who has
 * signed for, and counts by status and by holder, kept by the database itself.
 */
import type { Migration } from '../migrate.ts'

const more = (row: 'new'): string => `
  INSERT INTO matter_counts VALUES ('status', ${row}.kind, ${row}.status, 1)
    ON CONFLICT (what, kind, value) DO UPDATE SET count = count + 1;
  INSERT INTO matter_counts SELECT 'holder', '', ${row}.holder, 1 WHERE ${row}.holder IS NOT NULL
    ON CONFLICT (what, kind, value) DO UPDATE SET count = count + 1;`

const fewer = (row: 'old'): string => `
  UPDATE matter_counts SET count = count - 1 WHERE what = 'status' AND kind = ${row}.kind AND value = ${row}.status;
  UPDATE matter_counts SET count = count - 1 WHERE what = 'holder' AND kind = '' AND value = ${row}.holder;`

export const listColumns: Migration = {
  version: 5,
  name: 'list columns',
  up: (database) =>
    void database.exec(`
      ALTER TABLE matters ADD COLUMN writer TEXT;
      ALTER TABLE matters ADD COLUMN signed_for INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE matters ADD COLUMN addressed INTEGER NOT NULL DEFAULT 0;
      UPDATE matters SET
        writer = (SELECT json_extract(state, '$.writer') FROM matter_states AS s WHERE s.matter = matters.matter),
        addressed = coalesce((SELECT json_array_length(state, '$.recipients') FROM matter_states AS s
          WHERE s.matter = matters.matter), 0),
        signed_for = coalesce((SELECT count(*) FROM matter_states AS s, json_each(s.state, '$.recipients') AS each
          WHERE s.matter = matters.matter
            AND json_extract(each.value, '$.status') IN ('signed-for', 'registered')), 0)
        WHERE kind = 'outgoing';

      CREATE TABLE matter_counts (
        what TEXT NOT NULL CHECK (what IN ('status', 'holder')),
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (what, kind, value)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO matter_counts SELECT 'status', kind, status, count(*) FROM matters GROUP BY kind, status;
      INSERT INTO matter_counts SELECT 'holder', '', holder, count(*) FROM matters WHERE holder IS NOT NULL GROUP BY holder;
      CREATE TRIGGER matters_counted AFTER INSERT ON matters BEGIN ${more('new')} END;
      CREATE TRIGGER matters_uncounted AFTER DELETE ON matters BEGIN ${fewer('old')} END;
      CREATE TRIGGER matters_recounted AFTER UPDATE OF kind, status, holder ON matters
        WHEN old.kind <> new.kind OR old.status <> new.status OR old.holder IS NOT new.holder
        BEGIN ${fewer('old')} ${more('new')} END;
    `),
}
