const CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ECONNECTTIMEOUT',
  'EPROTO',
  'UND_ERR_CONNECT_TIMEOUT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** True for the codes of Node that say that no connection was made: nothing left us, so it can be sent again at will. */
export function isBeforeSending(code: string): boolean {
  return CODES.has(code) || /CERT|ERR_TLS/.test(code);
}
