import { useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { go, type PageProps } from '../../routes.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { AuditPage, AuditVerdictView } from '../../wire-admin.js';

/** Who did what, newest first; never a citizen's words. */
export function AuditPart({ route }: PageProps) {
  const { by = '', what = '', subject = '', cursor = '' } = route.query;
  const search = new URLSearchParams(Object.entries({ by, what, subject, cursor }).filter(([, value]) => value !== ''));
  const loaded = useLoad<AuditPage>(`/admin/audit?${search}`);
  return (
    <>
      <Verify />
      <Filter query={{ by, what, subject }} />
      <WhenLoaded loaded={loaded}>
        {(page) => <Entries page={page} query={{ by, what, subject }} isFirst={cursor === ''} />}
      </WhenLoaded>
    </>
  );
}

type Query = Readonly<Record<'by' | 'what' | 'subject', string>>;

function Verify() {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const [verdict, setVerdict] = useState<AuditVerdictView>();
  const verify = () =>
    deed.run(async () => setVerdict(await console.http.send<AuditVerdictView>('POST', '/admin/audit/verify')));
  return (
    <div class="row-form">
      <button type="button" class="button" disabled={deed.isBusy} onClick={() => void verify()}>
        {texts.admVerify}
      </button>
      {verdict && (
        <p role="status" class={verdict.ok ? '' : 'bad'}>
          {verdict.ok
            ? fill(texts.admAuditOk, { count: verdict.entries ?? 0 })
            : fill(texts.admAuditBad, { at: verdict.at ?? 0, why: verdict.why ?? '' })}
        </p>
      )}
    </div>
  );
}

function Filter({ query }: { readonly query: Query }) {
  const texts = useTexts();
  const [wish, setWish] = useState(query);
  const field = (name: keyof Query, label: string) => (
    <TextField
      label={label}
      maxLength={100}
      value={wish[name]}
      onChange={(value) => setWish({ ...wish, [name]: value })}
    />
  );
  return (
    <form
      class="row-form"
      onSubmit={(event) => {
        event.preventDefault();
        go(['admin', 'audit'], wish);
      }}
    >
      {field('by', texts.admBy)}
      {field('what', texts.admWhat)}
      {field('subject', texts.admSubject)}
      <button type="submit" class="button">
        {texts.admSearch}
      </button>
    </form>
  );
}

interface EntriesProps {
  readonly page: AuditPage;
  readonly query: Query;
  readonly isFirst: boolean;
}

function Entries({ page, query, isFirst }: EntriesProps) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  return (
    <>
      <Table
        label={texts.admAudit}
        head={['#', texts.admWhen, texts.admBy, texts.admWhat, texts.admSubject, texts.admDetails]}
      >
        {page.entries.map(({ seq, at, by, byName, what, subject, details }) => (
          <tr key={seq}>
            <td>{seq}</td>
            <td>{dateTime(at, lang, zone)}</td>
            <td>{byName ?? by}</td>
            <td>{textOr(texts, what, what)}</td>
            <td>{subject}</td>
            <td>
              {Object.entries(details)
                .map(([name, value]) => `${name}: ${value}`)
                .join(', ')}
            </td>
          </tr>
        ))}
      </Table>
      <div class="row-form">
        {!isFirst && (
          <button type="button" class="button" onClick={() => go(['admin', 'audit'], query)}>
            {texts.admNewest}
          </button>
        )}
        {page.cursor !== undefined && (
          <button
            type="button"
            class="button"
            onClick={() => go(['admin', 'audit'], { ...query, cursor: `${page.cursor}` })}
          >
            {texts.admOlder}
          </button>
        )}
      </div>
    </>
  );
}
