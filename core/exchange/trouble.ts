/**
 * What can go wrong with an exchange besides what the hub refuses and what is wrong inside a packet: the line, the
 * hub's receipts, and this workstation's own part. Closed; each has a sentence in the interface.
 */

/** No answer, an answer from somebody else, or one that is not of the protocol. */
export const lineFailures = ['offline', 'hub-not-trusted', 'hub-answer-malformed'] as const
export type LineFailure = (typeof lineFailures)[number]

/** A receipt that is not believed. `receipt-contradicts`: the hub signed something else for that place before. */
export const receiptRefusals = [
  'receipt-malformed',
  'receipt-signer-unknown',
  'receipt-signature-broken',
  'receipt-differs',
  'receipt-contradicts',
] as const

export const exchangeTroubles = [
  ...lineFailures,
  ...receiptRefusals,
  /** A file of ours that the hub has not got is gone from this workstation. */
  'blob-file-missing',
  /** The program failed over a packet: a bug. The packet is kept and tried again at the next start. */
  'processing-failed',
] as const
export type ExchangeTrouble = (typeof exchangeTroubles)[number]
