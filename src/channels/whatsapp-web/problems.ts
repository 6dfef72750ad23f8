/**
 * What a person must know of this channel:
 * - `needs_qr`: somebody must scan the QR code with the phone
 * - `needs_person`: the session failed again and again; it is now tried once each half hour
 * - `memory`: the browser grew over its limit and was started anew
 * - `history_cut`: more came while we were away than is fetched; the oldest of it must be read on the phone
 * - `behind`: messages wait in WhatsApp because they can't be taken in
 */
export type WhatsappWebProblem = 'needs_qr' | 'needs_person' | 'memory' | 'history_cut' | 'behind';
