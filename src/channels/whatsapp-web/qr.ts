import { renderSVG, renderUnicodeCompact } from 'uqr';

/** A code that the phone scans to link this service to it. Each is good for about 20 seconds; never log it. */
export interface QrCode {
  readonly data: string;
  /** For a terminal that writes light on dark; most phones read it the other way round too. */
  readonly text: string;
  readonly at: Date;
}

/** WhatsApp's own page uses the lowest correction level; so does this, to stay small enough for a terminal. */
const LEVEL = { ecc: 'L', border: 2 } as const;

export function qrCodeOf(data: string, at: Date): QrCode {
  return { data, text: renderUnicodeCompact(data, LEVEL), at };
}

/** For a page: an image without scripts or addresses. */
export function qrSvgOf(code: QrCode): string {
  return renderSVG(code.data, LEVEL);
}
