/**
 * `npm run bench [-- NAME ...]`: every figure as a ratio against a peer or a physical limit in the same run, printed
 * and written to out/bench.json. Absolute times depend on the machine; the ratios are what is meant.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchList } from './list.ts'
import type { Row } from './measure.ts'
import { benchPackets } from './packets.ts'
import { benchSeal } from './seal.ts'
import { benchStart } from './start.ts'

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  list: () => benchList(),
  packets: () => benchPackets(),
  seal: () => benchSeal(),
  start: () => benchStart(),
}

const wanted = process.argv.slice(2)
const rows: Row[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const row of await bench()) {
    rows.push(row)
    const figures = `${row.value.toFixed(2)} ${row.unit}, peer ${row.peerValue.toFixed(2)}, ratio ${row.ratio.toFixed(2)}`
    const aim = row.aim ? ` (aim: ${row.aim}, ${row.met ? 'met' : 'MISSED'})` : ''
    console.log(`${row.name}: ${figures}${aim}\n  peer: ${row.peer}`)
  }
}
const out = join(dirname(fileURLToPath(import.meta.url)), '..', 'out')
mkdirSync(out, { recursive: true })
writeFileSync(
  join(out, 'bench.json'),
  `${JSON.stringify(
    rows.map(({ name, value, unit, peer, peerValue, ratio }) => ({
      name,
      value,
      unit,
      peer,
      peerValue,
      ratio,
    })),
    null,
    2,
  )}\n`,
)
