/**
 * Every code a call from the window can be refused with: one closed set. Each has a sentence in
 * renderer/words/refusals; a test holds the two together.
 */
import { foldRefusals } from '../../core/act/fold.ts'
import { directoryRefusals } from '../../core/directory/directory.ts'
import { packetRefusals } from '../../core/exchange/packet.ts'
import { hubStatus } from '../../core/exchange/protocol.ts'
import type { HubRefusal } from '../../core/exchange/protocol.ts'
import { exchangeTroubles } from '../../core/exchange/trouble.ts'
import type { ExchangeTrouble } from '../../core/exchange/trouble.ts'

export const deskRefusals = [
  /** The window asked for something the contract does not have, or in the wrong shape: a bug in the window. */
  'contract-violated',
  /** A bug in the program: what it was doing may or may not have been recorded; the log has it. */
  'program-fault',
  'not-signed-in',
  'already-signed-in',
  'account-unknown',
  'pin-wrong',
  'key-file-damaged',
  'pin-wrong-or-key-file-damaged',
  'key-file-missing',
  'seal-pin-wrong',
  'seal-file-missing',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-not-trusted',
  'development-certificate',
  'store-key-wrong',
  'store-damaged',
  'store-newer-than-program',
  'store-busy',
  'disk-full',
  'directory-missing',
  'draft-unknown',
  'draft-incomplete',
  'matter-unknown',
  'file-not-here',
  'no-number-left',
  'recipient-unknown',
  'leader-unknown',
  'glyph-missing',
  'page-limit',
  'classified-mark',
  'not-text',
  'too-long',
  'empty',
  'approval-missing',
  'pressed-page-differs',
  'font-missing',
  'fonts-differ',
  'seal-not-listed',
  'seal-expired',
  'verdict-bad',
  'recalled-by-sender',
  'pdf-unreadable',
] as const
export type DeskRefusal = (typeof deskRefusals)[number]

export type OfficeRefusal =
  | DeskRefusal
  | HubRefusal
  | ExchangeTrouble
  | (typeof foldRefusals)[number]
  | (typeof packetRefusals)[number]
  | (typeof directoryRefusals)[number]

export const officeRefusals: readonly OfficeRefusal[] = [
  ...new Set<OfficeRefusal>([
    ...deskRefusals,
    ...(Object.keys(hubStatus) as HubRefusal[]),
    ...exchangeTroubles,
    ...foldRefusals,
    ...packetRefusals,
    ...directoryRefusals,
  ]),
]
