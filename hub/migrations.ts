/** The hub's schema as numbered history: a migration that has been published is never changed, only followed. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migrations: Record<string, Migration> = {
  '0001-exchange': {
    async up(database: Kysely<never>) {
      const { schema } = database
      await schema
        .createTable('directory_acts')
        .addColumn('version', 'integer', (column) => column.primaryKey())
        .addColumn('act', 'text', (column) => column.notNull())
        .addColumn('jws', 'text', (column) => column.notNull())
        .execute()
      await schema
        .createTable('nonces')
        .addColumn('nonce_hash', 'text', (column) => column.primaryKey())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('expires', 'bigint', (column) => column.notNull())
        .execute()
      await schema
        .createTable('sessions')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('signing', 'text', (column) => column.notNull())
        .addColumn('person', 'text', (column) => column.notNull())
        .addColumn('until', 'bigint', (column) => column.notNull())
        .execute()
      await schema
        .createTable('uploads')
        .addColumn('upload', 'text', (column) => column.primaryKey())
        .addColumn('blob', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('person', 'text', (column) => column.notNull())
        .addColumn('begun', 'bigint', (column) => column.notNull())
        .execute()
      await schema.createIndex('uploads_by_person').on('uploads').columns(['person', 'blob']).execute()
      await schema
        .createTable('matters')
        .addColumn('matter', 'text', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('head', 'text', (column) => column.notNull())
        .execute()
      await schema
        .createTable('matter_units')
        .addColumn('matter', 'text', (column) => column.notNull())
        .addColumn('unit', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('matter_units_key', ['matter', 'unit'])
        .execute()
      await schema
        .createTable('packets')
        .addColumn('position', 'bigint', (column) => column.primaryKey())
        .addColumn('packet', 'text', (column) => column.notNull().unique())
        .addColumn('matter', 'text', (column) => column.notNull())
        .addColumn('act', 'text', (column) => column.notNull())
        .addColumn('pen', 'integer', (column) => column.notNull())
        .addColumn('sender', 'text', (column) => column.notNull())
        .addColumn('unit', 'text', (column) => column.notNull())
        .addColumn('header_hash', 'text', (column) => column.notNull())
        .addColumn('body_hash', 'text', (column) => column.notNull())
        .addColumn('size', 'integer', (column) => column.notNull())
        .addColumn('time', 'text', (column) => column.notNull())
        .addColumn('receipt', 'text', (column) => column.notNull())
        .addColumn('raw', 'text', (column) => column.notNull())
        .execute()
      await schema.createIndex('packets_by_act').on('packets').columns(['matter', 'act']).execute()
      await schema
        .createTable('mailboxes')
        .addColumn('box', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('mailboxes_key', ['box', 'position'])
        .execute()
      await schema
        .createTable('log')
        .addColumn('one', 'integer', (column) => column.primaryKey())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('roots', 'text', (column) => column.notNull())
        .addColumn('time', 'text', (column) => column.notNull())
        .execute()
    },
  },
}
