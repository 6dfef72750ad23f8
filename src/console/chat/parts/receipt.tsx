import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../copy-text.js';
import { Icon } from './icons.js';
import { useUi } from './ui.js';

interface ReceiptProps {
  readonly number: string;
  /** 16 digits. */
  readonly code: string;
}

const PRINTING = 'print-receipt';

/** The card to keep: with its number and code the report can be read from anywhere. */
export function Receipt({ number, code }: ReceiptProps) {
  const { texts } = useUi();
  const card = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const grouped = code.replace(/(\d{4})(?=\d)/g, '$1 ');

  useEffect(() => {
    const done = () => {
      document.documentElement.classList.remove(PRINTING);
      card.current?.classList.remove('printing');
    };
    addEventListener('afterprint', done);
    return () => removeEventListener('afterprint', done);
  }, []);

  async function copy(): Promise<void> {
    const text = `${document.title}\n${texts.receiptNumber}: ${number}\n${texts.receiptCode}: ${grouped}`;
    setSaid((await copyText(text)) ? texts.copied : texts.copyFailed);
  }

  function printCard(): void {
    document.documentElement.classList.add(PRINTING);
    card.current?.classList.add('printing');
    print();
  }

  return (
    <section class="receipt" ref={card} aria-label={texts.receiptTitle}>
      <h2>
        <Icon name="check" /> {texts.receiptTitle}
      </h2>
      <p class="print-only">{document.title}</p>
      <dl>
        <div>
          <dt>{texts.receiptNumber}</dt>
          <dd>{number}</dd>
        </div>
        <div>
          <dt>{texts.receiptCode}</dt>
          <dd class="code">{grouped}</dd>
        </div>
      </dl>
      <p class="receipt-warning">{texts.receiptWarning}</p>
      <div class="receipt-buttons">
        <button type="button" class="option" onClick={() => void copy()}>
          {texts.copy}
        </button>
        <button type="button" class="option" onClick={printCard}>
          {texts.print}
        </button>
        <span role="status" class="said">
          {said}
        </span>
      </div>
    </section>
  );
}
