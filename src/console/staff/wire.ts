import type { z } from 'zod';
import type {
  BulkBody,
  MergeBody,
  NewCaseBody as NewCaseSchema,
  ProgressBody,
  RecategoriseBody,
  ReportBody,
  ReviewedBody,
  UnmergeBody,
} from '../../staff/api/case.js';
import type { PresenceBody, RevealBody, SayBody, TransferBody } from '../../staff/api/conversation.js';

export type {
  BulkAnswer,
  CaseAction,
  CaseHistoryEntry,
  CasesPage,
  CaseView,
  MoveBody,
  SimilarAnswer,
} from '../../staff/api/case.js';
export type {
  ConversationView,
  EntriesPage,
  HandoverContext,
  Note,
  Revealed,
  StaffEntry,
  StaffFile,
  Viewer,
} from '../../staff/api/conversation.js';
export type { CaseCard, InboxCounts, InboxPage, InboxRow, SavedView } from '../../staff/api/inbox.js';
export type { LiveEvent } from '../../staff/api/live.js';
export type { CannedAnswer, Settings, ToneRule } from '../../staff/api/settings.js';

export type Say = z.input<typeof SayBody>;
export type Transfer = z.input<typeof TransferBody>;
export type Presence = z.input<typeof PresenceBody>;
export type Reveal = z.input<typeof RevealBody>;
export type Progress = z.input<typeof ProgressBody>;
export type Recategorise = z.input<typeof RecategoriseBody>;
export type Merge = z.input<typeof MergeBody>;
export type Unmerge = z.input<typeof UnmergeBody>;
export type Reviewed = z.input<typeof ReviewedBody>;
export type ReportChange = z.input<typeof ReportBody>;
export type NewCase = z.input<typeof NewCaseSchema>;
export type Bulk = z.input<typeof BulkBody>;
