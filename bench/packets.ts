/**
 * Packets opened, verified, folded and stored (by the receiver as it runs: raw bytes and cursor first, the hub's
 * receipt verified too), against the bare cryptography of the same suite (ECDH key agreement,
 * AES key unwrap, AES-GCM, two ES256 verifications) plus one INSERT of the same bytes into a database with the same
 * settings: encrypted, flushed at every commit.
 */
import {
  createPrivateKey,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  randomBytes,
  verify,
} from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aeskw } from '@noble/ciphers/aes.js'
import Database from 'better-sqlite3'
import { canonicalBytes } from '../core/canonical.ts'
import type { Act } from '../core/act/act.ts'
import { takeIn } from '../main/actions/letters.ts'
import type { Desk } from '../main/actions/desk.ts'
import { startReceiver } from '../main/exchange/inbox-pump.ts'
import { hashesOf } from '../main/exchange/ports.ts'
import type { ExpectedReceipt, PumpWorld } from '../main/exchange/ports.ts'
import { newCount, storeArrived } from '../main/store/inbox.ts'
import { countByStatus } from '../main/store/desks.ts'
import { sha256 } from '../seal/hash.ts'
import { parseCertificate, readPem } from '../seal/certificate.ts'
import { keySigner } from '../seal/jws.ts'
import type { Signer } from '../seal/jws.ts'
import { readPacket, sealAct, sealPacket } from '../seal/packet.ts'
import { signReceipt, verifyReceipt } from '../seal/receipt.ts'
import { letterFields } from '../test/harness/office.ts'
import { makeProvince } from '../test/harness/province.ts'
import type { Province } from '../test/harness/province.ts'
import { contentOf } from '../main/actions/submit.ts'
import { inFolder, inTurns, storeIn, storeKey } from './measure.ts'
import type { Row } from './measure.ts'

const batch = 200

async function makePackets(province: Province, count: number): Promise<string[]> {
  const writer = province.person('sheng-secretary')
  const content = contentOf(letterFields)
  if (!content.ok) throw new Error(content.refusal.code)
  const to = ['unit:sheng', 'person:sheng-secretary', 'person:sheng-leader'] as const
  const raws: string[] = []
  for (let each = 0; each < count; each++) {
    const act: Act = {
      v: 1,
      matter: randomBytes(16).toString('hex'),
      owner: 'sheng',
      kind: 'outgoing.submit',
      pen: true,
      after: [],
      time: new Date().toISOString(),
      actor: { unit: 'sheng', person: 'sheng-secretary', role: 'secretary' },
      recipients: [...to],
      salt: randomBytes(16).toString('base64url'),
      blobs: [],
      body: {
        content: content.value,
        contentHash: sha256(canonicalBytes(content.value)),
        to: 'sheng-leader',
      },
    }
    const sealed = await sealAct(act, writer.signer)
    const packet = await sealPacket({
      sealed,
      packet: randomBytes(16).toString('hex'),
      recipients: to.map((address) => province.recipient(address)),
      archive: province.archive('sheng'),
      urgency: 'normal',
      time: act.time,
      key: writer.signer,
      random: (bytes) => randomBytes(bytes),
    })
    raws.push(packet.raw)
  }
  return raws
}

function hubSigner(province: Province): Signer {
  const { certificate, key } = province.pki.hub.receipt
  const parsed = parseCertificate(readPem(readFileSync(certificate, 'utf8'))[0]!)
  if (!parsed.ok) throw new Error(parsed.refusal.code)
  return keySigner(createPrivateKey(readFileSync(key)), parsed.value.thumbprint)
}

/** What the bare side needs of a packet, taken apart beforehand: only cryptography and the INSERT are timed. */
function bareParts(raw: string, province: Province) {
  const read = readPacket(raw)
  if (!read.ok) throw new Error(read.refusal.code)
  const body = JSON.parse(read.value.body) as {
    protected: string
    iv: string
    ciphertext: string
    tag: string
    recipients: { header: { kid: string; epk: JsonWebKey }; encrypted_key: string }[]
  }
  const key = province.person('sheng-leader').decryption[0]!
  const own = body.recipients.find((each) => each.header.kid === key.kid)!
  return {
    raw,
    headerInput: read.value.headerJws.signingInput,
    headerSignature: read.value.headerJws.signature,
    privateKey: key.privateKey,
    epk: own.header.epk,
    wrapped: Buffer.from(own.encrypted_key, 'base64url'),
    aad: Buffer.from(body.protected),
    iv: Buffer.from(body.iv, 'base64url'),
    ciphertext: Buffer.from(body.ciphertext, 'base64url'),
    tag: Buffer.from(body.tag, 'base64url'),
  }
}

function concatKdf(secret: Uint8Array): Buffer {
  const counted = (text: string): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(text.length)
    return Buffer.concat([length, Buffer.from(text)])
  }
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  return createHash('sha256')
    .update(Buffer.concat([word(1), secret, counted('ECDH-ES+A256KW'), counted(''), counted(''), word(256)]))
    .digest()
}

export async function benchPackets(rounds = 7): Promise<Row[]> {
  const province = await makeProvince()
  try {
    return await inFolder(async (folder) => {
      const store = storeIn(join(folder, 'ours'))
      const leader = province.person('sheng-leader')
      const desk = {
        me: { person: 'sheng-leader', name: '', unit: 'sheng', roles: ['leader'] },
        decryption: leader.decryption,
        directory: () => province.directory,
        store,
        clock: Date.now,
        committed: () => undefined,
      } as unknown as Desk
      const senderKey = province.person('sheng-secretary').signingCertificate.publicKey

      const bare = new Database(join(folder, 'bare.db'))
      bare.pragma(`cipher = 'chacha20'`)
      bare.pragma(`key = 'raw:${Buffer.from(storeKey).toString('hex')}'`)
      bare.pragma('journal_mode = WAL')
      bare.pragma('synchronous = FULL')
      bare.exec('CREATE TABLE packets (seq INTEGER PRIMARY KEY, raw TEXT NOT NULL) STRICT')
      const insert = bare.prepare('INSERT INTO packets (raw) VALUES (?)')

      const forOurs: string[][] = []
      const forBare: ReturnType<typeof bareParts>[][] = []
      for (let round = 0; round < rounds; round++) {
        forOurs.push(await makePackets(province, batch))
        forBare.push((await makePackets(province, batch)).map((raw) => bareParts(raw, province)))
      }
      const hubKey = hubSigner(province)
      const receiptOf = (raw: string, position: number): Promise<string> =>
        signReceipt(
          {
            v: 1,
            hub: province.pki.hub.id,
            packet: randomBytes(16).toString('hex'),
            ...hashesOf(raw),
            position,
            time: new Date().toISOString(),
            treeSize: position + 1,
            root: sha256(raw),
          },
          hubKey,
        )
      const box = 'person:sheng-leader'
      const arrivals = await Promise.all(
        forOurs.map((raws, round) =>
          Promise.all(
            raws.map(async (raw, at) => {
              const position = round * batch + at
              return { position, raw, receipt: await receiptOf(raw, position) }
            }),
          ),
        ),
      )
      let taken: () => void = () => undefined
      store.onChange(() => newCount(store.reading) === 0 && taken())
      const receiver = startReceiver(
        {
          store,
          verifyReceipt: (jws: string, expected: ExpectedReceipt) =>
            verifyReceipt(jws, expected, province.directory),
          report: () => undefined,
          log: () => undefined,
        } as unknown as PumpWorld,
        async (item) => takeIn(desk, item),
      )
      /** The product's own way: stored raw with the cursor, then judged by the receiver until nothing is new. */
      const ours = async (): Promise<void> => {
        const arrived = arrivals.shift()!
        const all = new Promise<void>((resolve) => (taken = resolve))
        store.transact((writing) => storeArrived(writing, box, arrived, arrived.at(-1)!.position))
        receiver.wake()
        await all
      }
      const peer = (): void => {
        for (const parts of forBare.pop()!) {
          const ephemeral = createPublicKey({ key: parts.epk, format: 'jwk' })
          const secret = diffieHellman({ privateKey: parts.privateKey, publicKey: ephemeral })
          const contentKey = aeskw(concatKdf(secret)).decrypt(parts.wrapped)
          const decipher = createDecipheriv('aes-256-gcm', contentKey, parts.iv, { authTagLength: 16 })
          decipher.setAAD(parts.aad)
          decipher.setAuthTag(parts.tag)
          const plain = Buffer.concat([decipher.update(parts.ciphertext), decipher.final()])
          const key = { key: senderKey, dsaEncoding: 'ieee-p1363' } as const
          const end = plain.lastIndexOf(0x2e)
          const signature = Buffer.from(plain.subarray(end + 1).toString('latin1'), 'base64url')
          if (!verify('sha256', plain.subarray(0, end), key, signature)) throw new Error('act')
          if (!verify('sha256', parts.headerInput, key, parts.headerSignature)) throw new Error('header')
          insert.run(parts.raw)
        }
      }
      const times = await inTurns(rounds, ours, peer)
      const stored = countByStatus(store.reading).reduce((sum, each) => sum + each.count, 0)
      if (stored !== rounds * batch) throw new Error(`folded ${stored} of ${rounds * batch}`)
      receiver.stop()
      await receiver.rested
      store.close()
      bare.close()
      const value = (batch / times.ours) * 1000
      const peerValue = (batch / times.peer) * 1000
      return [
        {
          name: 'packets opened, verified, folded and stored',
          value,
          unit: '1/s',
          peer: 'bare ECDH, key unwrap, AES-GCM, 2 verifications, one INSERT of the same bytes',
          peerValue,
          ratio: value / peerValue,
          aim: 'at least 0.5',
          met: value / peerValue >= 0.5,
        },
      ]
    })
  } finally {
    province.remove()
  }
}
