/** What a row of a list shows beyond the line, so that no list reads whole states: the writer, and who has signed for. */
import type { Migration } from '../migrate.ts'

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
    `),
}
