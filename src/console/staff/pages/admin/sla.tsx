import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { SlaView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';

/** How long each step may take, from when on and by which rule; and before whom lateness is put. */
export function SlaPart() {
  const texts = useTexts();
  const { categories } = useSettings();
  const loaded = useLoad<SlaView>('/admin/sla');
  const spanOf = ({ amount, unit }: { amount: number; unit: string }) =>
    fill(textOr(texts, `span_${unit}`, `{amount} ${unit}`), { amount });
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? id;
  return (
    <WhenLoaded loaded={loaded}>
      {(view) => (
        <>
          <FileBar file={view.file} />
          <Table label={texts.admSla} head={[texts.admClock, texts.admTarget, texts.admBasis]}>
            {view.clocks.map(({ at, name, category, targets }) => (
              <tr key={at.join('.')}>
                <th scope="row">
                  {textOr(texts, `clock_${name}`, textOr(texts, `kind_${name}`, name))}
                  {category && <span class="muted"> {nameOf(category)}</span>}
                </th>
                <td>
                  {targets.map((target) => (
                    <p key={target.effectiveOn}>
                      {spanOf(target)} <span class="muted">{fill(texts.admFrom, { on: target.effectiveOn })}</span>
                    </p>
                  ))}
                </td>
                <td>
                  {targets.map(({ effectiveOn, basis, unverified }) => (
                    <p key={effectiveOn}>
                      {basis}
                      {unverified && <strong class="bad"> {texts.admUnverified}</strong>}
                    </p>
                  ))}
                </td>
              </tr>
            ))}
          </Table>
          <h2>{texts.admEscalation}</h2>
          <ol class="plain-list">
            {view.escalation.map(({ to, afterDays }) => (
              <li key={to}>
                <strong>{textOr(texts, `role_${to}`, to)}</strong> {fill(texts.admAfterDays, { days: afterDays })}
              </li>
            ))}
          </ol>
          <p>{fill(texts.admReopenWithin, { span: spanOf(view.reopenWithin) })}</p>
        </>
      )}
    </WhenLoaded>
  );
}
