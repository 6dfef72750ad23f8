import type {
  Bulk,
  BulkAnswer,
  CasesPage,
  CaseView,
  ConversationView,
  EntriesPage,
  InboxPage,
  Merge,
  MoveBody,
  NewCase,
  Presence,
  Progress,
  Recategorise,
  ReportChange,
  Reveal,
  Revealed,
  Reviewed,
  SavedView,
  Say,
  Settings,
  SimilarAnswer,
  Transfer,
  Unmerge,
} from '../wire.js';
import type { Http } from './http.js';

export type Query = Readonly<Record<string, string | undefined>>;
/** What is done to a case, by the last part of its address. */
export interface CaseDeeds {
  readonly move: MoveBody;
  readonly progress: Progress;
  readonly recategorise: Recategorise;
  readonly merge: Merge;
  readonly unmerge: Unmerge;
  readonly report: ReportChange;
  readonly reviewed: Reviewed;
}
export type Api = ReturnType<typeof createApi>;

/** Every address that the console knows, and what goes over it. */
export function createApi(http: Http) {
  const chat = (id: string) => `/conversations/${encodeURIComponent(id)}`;
  const matter = (number: string) => `/cases/${encodeURIComponent(number)}`;
  return {
    settings: () => http.get<Settings>('/settings'),
    savedViews: () => http.get<readonly SavedView[]>('/saved-views'),
    saveViews: (views: readonly SavedView[]) => http.send<unknown>('PUT', '/saved-views', views),
    fileUrl: (fileId: string) => `/api/staff/files/${encodeURIComponent(fileId)}`,

    inbox: (query: Query, signal?: AbortSignal) => http.get<InboxPage>(`/inbox${toSearch(query)}`, signal),
    conversation: (id: string, signal?: AbortSignal) => http.get<ConversationView>(chat(id), signal),
    entries: (id: string, range: { before: number } | { after: number; limit?: number }) => {
      const given = Object.entries(range).map(([name, value]) => [name, `${value}`]);
      return http.get<EntriesPage>(`${chat(id)}/entries${toSearch(Object.fromEntries(given))}`);
    },
    claim: (id: string) => http.send<unknown>('POST', `${chat(id)}/claim`),
    release: (id: string) => http.send<unknown>('POST', `${chat(id)}/release`),
    transfer: (id: string, body: Transfer) => http.send<unknown>('POST', `${chat(id)}/transfer`, body),
    say: (id: string, body: Say, key: string) => http.send<unknown>('POST', `${chat(id)}/say`, body, { key }),
    note: (id: string, text: string, mentions: string[], key: string) =>
      http.send<unknown>('POST', `${chat(id)}/notes`, { text, mentions }, { key }),
    presence: (id: string, body: Presence) => http.send<unknown>('POST', `${chat(id)}/presence`, body),
    markRead: (id: string, seq: number) => http.send<unknown>('POST', `${chat(id)}/read`, { seq }),
    reveal: (id: string, body: Reveal) => http.send<Revealed>('POST', `${chat(id)}/reveal`, body),
    upload: (id: string, file: Blob, key: string) => http.upload<{ fileId: string }>(`${chat(id)}/files`, file, key),
    newCase: (id: string, body: NewCase, key: string) =>
      http.send<{ number: string }>('POST', `${chat(id)}/cases`, body, { key }),

    cases: (query: Query, signal?: AbortSignal) => http.get<CasesPage>(`/cases${toSearch(query)}`, signal),
    case: (number: string, signal?: AbortSignal) => http.get<CaseView>(matter(number), signal),
    similar: (number: string) => http.get<SimilarAnswer>(`${matter(number)}/similar`),
    caseDeed: <D extends keyof CaseDeeds>(number: string, deed: D, body: CaseDeeds[D], key: string) =>
      http.send<unknown>('POST', `${matter(number)}/${deed}`, body, { key }),
    caseNote: (number: string, text: string, mentions: string[], key: string) =>
      http.send<unknown>('POST', `${matter(number)}/notes`, { text, mentions }, { key }),
    uploadProof: (number: string, file: Blob, key: string) =>
      http.upload<{ fileId: string }>(`${matter(number)}/files`, file, key),
    bulk: (body: Bulk, key: string) => http.send<BulkAnswer>('POST', '/cases/bulk', body, { key }),
  };
}

function toSearch(query: Query): string {
  const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
