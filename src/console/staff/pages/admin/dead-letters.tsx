import { useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { toHash } from '../../routes.js';
import { useConsole, useLang, useRights, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { DeadLetterList, ResendAnswer, ResendWish } from '../../wire-admin.js';

type Letter = DeadLetterList['letters'][number];

/** Messages that were given up, with the reason; sent again as new ones. */
export function DeadLettersPart() {
  const texts = useTexts();
  const loaded = useLoad<DeadLetterList>('/admin/dead-letters');
  return (
    <WhenLoaded loaded={loaded}>
      {({ letters }) =>
        letters.length === 0 ? (
          <p class="muted">{texts.admNoDead}</p>
        ) : (
          <Letters letters={letters} onChanged={loaded.reload} />
        )
      }
    </WhenLoaded>
  );
}

function Letters({
  letters,
  onChanged,
}: {
  readonly letters: readonly Letter[];
  readonly onChanged: () => Promise<void>;
}) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const maySend = useRights().has('dead_letter:write');
  const deed = useDeed();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  async function resend(): Promise<void> {
    await deed.run(async () => {
      const body: ResendWish = { ids: [...chosen] };
      const { sent, refused } = await console.http.send<ResendAnswer>('POST', '/admin/dead-letters/resend', body);
      console.toast(fill(texts.admResent, { sent: sent.length, refused: refused.length }));
      setChosen(new Set());
      await onChanged();
    });
  }

  return (
    <>
      {maySend && (
        <button
          type="button"
          class="button primary"
          disabled={deed.isBusy || chosen.size === 0}
          onClick={() => void resend()}
        >
          {fill(texts.admResend, { count: chosen.size })}
        </button>
      )}
      <Table
        label={texts.admDead}
        head={[...(maySend ? [texts.choose] : []), texts.admWhen, texts.admLane, texts.admKind, texts.admReason]}
      >
        {letters.map(({ id, conversationId, lane, kind, at, reason }) => (
          <tr key={id}>
            {maySend && (
              <td>
                <input
                  type="checkbox"
                  aria-label={`${lane} ${dateTime(at, lang, zone)}`}
                  checked={chosen.has(id)}
                  onChange={() => toggle(id)}
                />
              </td>
            )}
            <td>
              <a href={toHash(['inbox', conversationId], { view: 'all' })}>{dateTime(at, lang, zone)}</a>
            </td>
            <td>{lane}</td>
            <td>{textOr(texts, `from_${kind}`, kind)}</td>
            <td>{textOr(texts, `reason_${reason}`, reason)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
