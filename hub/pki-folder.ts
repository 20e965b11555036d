/**
 * The hub's keys and certificates as they lie in a PKI folder (pki.json names the files, relative to it). Only what
 * the hub needs is looked at.
 */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { hubId } from '../core/act/identifiers.ts'
import { parseCertificate, readPem } from '../seal/certificate.ts'
import type { Certificate } from '../seal/certificate.ts'
import { keySigner } from '../seal/jws.ts'
import type { HubIdentity } from './identity.ts'

const pair = z.object({ certificate: z.string(), key: z.string() })
const manifest = z.object({
  root: z.object({ certificate: z.string() }),
  authorities: z.string(),
  authority: z.object({ certificate: z.string() }),
  directory: z.string(),
  hub: z.object({ id: hubId, server: pair, receipt: pair }),
})
const directoryFile = z.strictObject({ acts: z.array(z.string()) })

/** Throws, naming the file, where something is missing or unreadable. */
export function readHubIdentity(folder: string): HubIdentity {
  const { hub, root, authorities, authority } = readManifest(folder)
  const [receiptCertificate] = certificatesIn(folder, hub.receipt.certificate)
  const receiptKey = createPrivateKey(readFileSync(join(folder, hub.receipt.key)))
  return {
    hub: hub.id,
    tls: {
      key: readFileSync(join(folder, hub.server.key), 'utf8'),
      certificate: readFileSync(join(folder, hub.server.certificate), 'utf8'),
    },
    receipts: keySigner(receiptKey, receiptCertificate.thumbprint),
    anchors: certificatesIn(folder, root.certificate),
    intermediates: certificatesIn(folder, authorities),
    authority: certificatesIn(folder, authority.certificate)[0],
  }
}

/** The signed acts the folder holds, oldest first. The file is read anew each time: an administrator adds to it. */
export function readDirectoryActs(folder: string): readonly string[] {
  const file = join(folder, readManifest(folder).directory)
  return directoryFile.parse(JSON.parse(readFileSync(file, 'utf8'))).acts
}

const readManifest = (folder: string) =>
  manifest.parse(JSON.parse(readFileSync(join(folder, 'pki.json'), 'utf8')))

function certificatesIn(folder: string, file: string): [Certificate, ...Certificate[]] {
  const parsed = readPem(readFileSync(join(folder, file), 'utf8')).map((der) => {
    const certificate = parseCertificate(der)
    if (!certificate.ok) throw new Error(`${file}: ${certificate.refusal.detail ?? 'unreadable'}`)
    return certificate.value
  })
  const [first, ...rest] = parsed
  if (!first) throw new Error(`${file}: no certificate`)
  return [first, ...rest]
}
