/** Small facts of this workstation by name, as JSON. Not for secrets: those belong to the keystore. */
import type { Reading, Writing } from './handle.ts'

export function setting<T>(reading: Reading, name: string): T | null {
  const row = reading.one<{ value: string }>('SELECT value FROM settings WHERE name = @name', { name })
  return row ? (JSON.parse(row.value) as T) : null
}

export const keepSetting = (writing: Writing, name: string, value: unknown): void =>
  void writing.run(
    `INSERT INTO settings (name, value) VALUES (@name, @value)
     ON CONFLICT (name) DO UPDATE SET value = @value`,
    { name, value: JSON.stringify(value) },
  )
