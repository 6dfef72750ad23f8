import { expect } from 'chai';
import { codeAt, newTotpSecret, showTotpSecret, totpStepOf, totpUri } from '../../src/staff/totp.js';

/** The secret of RFC 6238, appendix B. */
const SECRET = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('TOTP', () => {
  // appendix B gives eight digits; six are the last six of them
  const vectors: readonly [number, string][] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ];
  for (const [seconds, code] of vectors) {
    it(`is ${code} at second ${seconds}, as RFC 6238 says`, () => {
      expect(codeAt(SECRET, Math.floor(seconds / 30))).to.equal(code);
      expect(totpStepOf(SECRET, code, at(seconds))).to.equal(Math.floor(seconds / 30));
    });
  }

  it('takes the code before and after, and none farther', () => {
    const code = codeAt(SECRET, 1000);
    const taken = [998, 999, 1000, 1001, 1002].filter((step) => totpStepOf(SECRET, code, at(step * 30)) !== undefined);
    expect(taken).to.deep.equal([999, 1000, 1001]);
  });

  it('takes no code of a step that was used', () => {
    expect(totpStepOf(SECRET, codeAt(SECRET, 1000), at(30_000), 1000)).to.equal(undefined);
    expect(totpStepOf(SECRET, codeAt(SECRET, 1001), at(30_000), 1000)).to.equal(1001);
  });

  it('offers a secret of 160 bits as apps read it', () => {
    const secret = newTotpSecret();
    expect(secret).to.have.length(20);
    expect(showTotpSecret(SECRET)).to.equal('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(totpUri(SECRET, 'Kanal Aduan', 'ratna@kota.go.id')).to.equal(
      'otpauth://totp/Kanal%20Aduan:ratna%40kota.go.id?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kanal%20Aduan',
    );
  });
});
