import { useEffect, useState } from 'preact/hooks';
import { Qr } from '../../parts/qr.js';
import { useTexts } from '../../state/console.js';

/** The key as a code to scan. It is drawn here: the key goes to nobody else. @param uri `otpauth://...` */
export function TotpQr({ uri }: { readonly uri: string }) {
  const texts = useTexts();
  const [code, setCode] = useState<{ readonly size: number; readonly path: string }>();
  useEffect(() => {
    import('uqr').then(
      ({ encode }) => {
        const { size, data } = encode(uri, { ecc: 'L', border: 2 });
        const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
        setCode({ size, path: squares.join('') });
      },
      // the key in letters does as well
      () => undefined,
    );
  }, [uri]);
  return code ? <Qr label={texts.meTotpQr} {...code} /> : null;
}
