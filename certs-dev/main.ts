/**
 * `npm run certs -- [--out DIR] [--force]`: the development PKI, by default in certs-dev/pki. An existing one that is
 * still valid is kept unless --force is given.
 */
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureDevelopmentPki, makeDevelopmentPki } from './make.ts'
import { loadPki } from './pki.ts'

export { ensureDevelopmentPki, issueFurther, makeDevelopmentPki, nextDirectoryAct } from './make.ts'
export { byId, loadPki } from './pki.ts'
export type { Manifest, Pki } from './pki.ts'

export const defaultPkiFolder = join(dirname(fileURLToPath(import.meta.url)), 'pki')

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: defaultPkiFolder },
      force: { type: 'boolean', default: false },
    },
  })
  const options = { out: resolve(values.out), now: new Date() }
  const kept = !values.force && loadPki(options.out, options.now) !== null
  const pki = values.force ? await makeDevelopmentPki(options) : await ensureDevelopmentPki(options)
  console.log(`${kept ? 'kept' : 'made'}: ${pki.folder}, valid until ${pki.notAfter.slice(0, 10)}`)
  for (const unit of pki.units) {
    console.log(unit.name)
    for (const person of pki.people.filter((each) => each.unit === unit.id)) {
      console.log(`  ${person.name}  ${person.roles.join(', ')}  PIN ${person.pin}`)
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
