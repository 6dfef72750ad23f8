import { useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { useSettings, useTexts } from '../../state/console.js';
import type { CannedAnswer } from '../../wire.js';
import { CannedDialog } from './canned-dialog.js';

/** Ready answers, by the word that is typed after a slash. */
export function CannedPart() {
  const texts = useTexts();
  const { units } = useSettings();
  const loaded = useLoad<readonly CannedAnswer[]>('/canned');
  const [open, setOpen] = useState<CannedAnswer | 'new'>();

  async function changed(): Promise<void> {
    setOpen(undefined);
    await loaded.reload();
  }

  return (
    <>
      <button type="button" class="button primary" onClick={() => setOpen('new')}>
        {texts.admCannedNew}
      </button>
      <WhenLoaded loaded={loaded}>
        {(answers) => (
          <Table
            label={texts.admCanned}
            head={[texts.admShortcut, texts.admTitle, texts.admText, texts.admUnit, texts.admActions]}
          >
            {answers.map((answer) => (
              <tr key={answer.id}>
                <th scope="row">/{answer.shortcut}</th>
                <td>{answer.title}</td>
                <td>{answer.texts['id'] ?? Object.values(answer.texts)[0]}</td>
                <td>{units.find(({ id }) => id === answer.unit)?.name ?? texts.every}</td>
                <td>
                  <button type="button" class="link" onClick={() => setOpen(answer)}>
                    {texts.admChange}
                  </button>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </WhenLoaded>
      {open && (
        <CannedDialog
          {...(open === 'new' ? {} : { answer: open })}
          onClose={() => setOpen(undefined)}
          onDone={changed}
        />
      )}
    </>
  );
}
