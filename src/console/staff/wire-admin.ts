import type { z } from 'zod';
import type { HolidayBody, HolidayRemoveBody, KeywordsBody, ResendBody } from '../../staff/api/admin.js';
import type { FileEditBody, FileRevertBody } from '../../staff/api/admin-files.js';

export type { AccountBody, AccountCard, AccountList, AccountMade, InvitationAnswer } from '../../staff/api/accounts.js';
export type {
  AuditPage,
  AuditVerdictView,
  CalendarView,
  CategoriesView,
  ClassifyAnswer,
  DeadLetterList,
  FlowsView,
  ResendAnswer,
  RetentionView,
  ReviewsView,
  SlaView,
  TemplatesView,
  ToneView,
  UnitsView,
} from '../../staff/api/admin.js';
export type { FileCheckAnswer, FileKept, FileState, FileView } from '../../staff/api/admin-files.js';
export type { RecoveryCodes, SessionList, TokenCard, TokenMade, TotpOffer } from '../../staff/api/auth.js';
export type { MyAlerts, MyAlertsBody, TelegramCode } from '../../staff/api/my-alerts.js';
export type { ShiftView } from '../../staff/api/settings.js';

export type HolidayWish = z.input<typeof HolidayBody>;
export type HolidayRemoval = z.input<typeof HolidayRemoveBody>;
export type KeywordsWish = z.input<typeof KeywordsBody>;
export type ResendWish = z.input<typeof ResendBody>;
export type FileEdit = z.input<typeof FileEditBody>;
export type FileRevert = z.input<typeof FileRevertBody>;

/** One row of `GET /api/staff/channels`. */
export interface ChannelRow {
  readonly account: string;
  readonly channel: string;
  readonly state: 'off' | 'starting' | 'needs_qr' | 'ready' | 'lost' | 'halted';
  readonly since: string;
  readonly problems: readonly string[];
  readonly lastError?: string;
  readonly warning?: string;
  /** One path of unit squares, for a `viewBox` of `0 0 size size`. */
  readonly qr?: { readonly size: number; readonly path: string };
}
