import { type Connection, Schema } from 'mongoose';

/**
 * The indexes of every collection, as mongoose schemas; field rules live with the code that writes (zod and types),
 * which writes through the driver's own collections. No query of the application runs without one of these.
 */
const loose = { strict: false, versionKey: false, _id: false } as const;

const turns = new Schema({ _id: String }, loose)
  .index({ conversationId: 1, seq: 1 }, { unique: true })
  .index({ lane: 1, sendAt: 1 }, { partialFilterExpression: { sendAt: { $exists: true } } })
  .index({ lane: 1, fetchAt: 1 }, { partialFilterExpression: { fetchAt: { $exists: true } } })
  .index({ deadAt: 1 }, { partialFilterExpression: { deadAt: { $exists: true } } })
  .index({ applyAt: 1 }, { partialFilterExpression: { applyAt: { $exists: true } } })
  .index({ at: 1 });

const conversations = new Schema({ _id: String }, loose)
  .index({ changedAt: 1 })
  .index({ wakeAt: 1 }, { partialFilterExpression: { wakeAt: { $exists: true } } })
  // views of the console, each read in its order
  .index({ mode: 1, lastAt: 1, _id: 1 })
  .index({ mode: 1, queuedAt: 1, _id: 1 })
  .index({ staffId: 1, lastAt: 1, _id: 1 }, { partialFilterExpression: { staffId: { $exists: true } } })
  .index({ unit: 1, lastAt: 1, _id: 1 }, { partialFilterExpression: { unit: { $exists: true } } })
  .index({ caseless: 1, lastAt: 1, _id: 1 }, { partialFilterExpression: { caseless: { $exists: true } } })
  .index({ lastAt: 1, _id: 1 })
  // the same of one channel, which may have few among very many
  .index({ unit: 1, channel: 1, lastAt: 1, _id: 1 }, { partialFilterExpression: { unit: { $exists: true } } })
  .index({ caseless: 1, channel: 1, lastAt: 1, _id: 1 }, { partialFilterExpression: { caseless: { $exists: true } } })
  .index({ channel: 1, lastAt: 1, _id: 1 });

const notes = new Schema({ _id: String }, loose)
  .index({ subject: 1, at: 1 })
  .index({ mentions: 1, at: 1 })
  .index({ at: 1 });

// who has which conversation open
const viewers = new Schema({ _id: String }, loose)
  .index({ conversationId: 1 })
  .index({ at: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

// what staff made of a category: to learn from
const labels = new Schema({ _id: String }, loose).index({ at: 1 });
const saved_views = new Schema({ _id: String }, loose);
const canned = new Schema({ _id: String }, loose);
const reveal_approvals = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const handovers = new Schema({ _id: String }, loose)
  .index({ since: 1 })
  .index({ claimedAt: 1 }, { partialFilterExpression: { claimedAt: { $exists: true } } });

const OWED = { partialFilterExpression: { dueAt: { $exists: true } } } as const;

const cases = new Schema({ _id: String }, loose)
  .index({ effectKey: 1 }, { unique: true })
  // lists of staff, which name circle, unit and status one by one and are read in order behind them
  .index({ unit: 1, circle: 1, dueAt: 1, _id: 1 }, OWED)
  .index({ circle: 1, dueAt: 1, _id: 1 }, OWED)
  .index({ category: 1, circle: 1, dueAt: 1, _id: 1 }, OWED)
  .index({ staffId: 1, dueAt: 1, _id: 1 }, OWED)
  .index({ unit: 1, circle: 1, status: 1, receivedAt: 1, _id: 1 })
  .index({ circle: 1, status: 1, receivedAt: 1, _id: 1 })
  .index({ unit: 1, circle: 1, receivedAt: 1, _id: 1 })
  .index({ circle: 1, receivedAt: 1, _id: 1 })
  .index({ category: 1, circle: 1, receivedAt: 1, _id: 1 })
  .index({ unit: 1, circle: 1, category: 1, receivedAt: 1, _id: 1 })
  .index({ staffId: 1, receivedAt: 1, _id: 1 }, { partialFilterExpression: { staffId: { $exists: true } } })
  .index({ circle: 1, reviewAt: 1, _id: 1 }, { partialFilterExpression: { reviewAt: { $exists: true } } })
  .index({ tokens: 1, receivedAt: 1, _id: 1 })
  // what is kept for a time only
  .index({ category: 1, kind: 1, keptSince: 1 }, { partialFilterExpression: { keptSince: { $exists: true } } })
  .index({ category: 1, kind: 1, filesSince: 1 }, { partialFilterExpression: { filesSince: { $exists: true } } })
  .index({ status: 1, receivedAt: 1 })
  .index({ category: 1, receivedAt: -1 })
  .index({ marks: 1, receivedAt: -1 }, { partialFilterExpression: { marks: { $exists: true } } })
  .index({ wakeAt: 1 }, { partialFilterExpression: { wakeAt: { $exists: true } } })
  .index({ 'notices.at': 1 }, { partialFilterExpression: { 'notices.at': { $exists: true } } })
  .index({ 'evidence.fileId': 1 }, { sparse: true })
  .index({ 'evidence.platformRef': 1 }, { sparse: true })
  .index({ 'evidence.sha256': 1 }, { sparse: true })
  .index({ 'proof.fileId': 1 }, { sparse: true })
  .index({ 'proof.sha256': 1 }, { sparse: true })
  .index({ proofCopies: 1 }, { sparse: true })
  .index({ changedAt: 1 });

const reporters = new Schema({ _id: String }, loose).index({ caseNumber: 1 }).index({ conversationId: 1, at: -1 });

// every version of a text that people agree to
const consent_texts = new Schema({ _id: String }, loose);

const retention_runs = new Schema({ _id: String }, loose);

// who is named for a restricted circle
const circles = new Schema({ _id: String }, loose);

const parked_notices = new Schema({ _id: String }, loose).index({ dueAt: 1 });

const data_requests = new Schema({ _id: String }, loose)
  .index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } })
  .index({ wakeAt: 1 }, { partialFilterExpression: { wakeAt: { $exists: true } } });

const surveys = new Schema({ _id: String }, loose).index({ month: 1 });

// entries are never changed; _id is the place in the chain
const audit = new Schema({ _id: Number }, loose)
  .index({ by: 1, _id: -1 })
  .index({ what: 1, _id: -1 })
  .index({ subject: 1, _id: -1 }, { sparse: true });

// who opened what in the last minutes, so that it is noted once
const audit_reads = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const alerts = new Schema({ _id: String }, loose).index({ at: 1 }).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const staff = new Schema({ _id: String }, loose)
  .index({ login: 1 }, { unique: true })
  .index({ units: 1, isActive: 1 })
  .index({ role: 1, isActive: 1 })
  .index({ oidcSubject: 1 }, { unique: true, sparse: true })
  .index({ first: 1 }, { unique: true, sparse: true });
const staff_sessions = new Schema({ _id: String }, loose)
  .index({ staffId: 1, createdAt: -1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const staff_links = new Schema({ _id: String }, loose)
  .index({ staffId: 1 }, { sparse: true })
  .index({ kind: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const api_tokens = new Schema({ _id: String }, loose)
  .index({ staffId: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
// what was answered to a write, for whoever sends it again
const answers = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

// every version of the data files an office wrote of its own
const tenant_files = new Schema({ _id: String }, loose).index({ path: 1, version: -1 });
// how often people came to and left each step of a flow, by the hour
const flow_counts = new Schema({ _id: String }, loose)
  .index({ at: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
// where staff who aren't looking are told, and what of each alert they were told
const alert_settings = new Schema({ _id: String }, loose)
  .index({ kinds: 1 })
  .index({ telegramId: 1 }, { sparse: true });
const alert_codes = new Schema({ _id: String }, loose)
  .index({ staffId: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const staff_looking = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const alert_sends = new Schema({ _id: String }, loose)
  .index({ staffId: 1, what: 1, sentAt: 1 }, { partialFilterExpression: { sentAt: { $exists: true } } })
  .index({ sendAt: 1 }, { partialFilterExpression: { sendAt: { $exists: true } } })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const counters = new Schema({ _id: String }, loose);
const lanes = new Schema({ _id: String }, loose);
// a handful: one a channel account, read whole
const channel_states = new Schema({ _id: String }, loose);

const filelinks = new Schema({ _id: String }, loose);

const quarantine = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const receipts = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const link_tokens = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const attempts = new Schema({ _id: String }, loose).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const SCHEMAS = {
  turns,
  conversations,
  handovers,
  notes,
  viewers,
  labels,
  saved_views,
  canned,
  reveal_approvals,
  cases,
  reporters,
  circles,
  retention_runs,
  consent_texts,
  parked_notices,
  audit,
  audit_reads,
  alerts,
  surveys,
  data_requests,
  staff,
  staff_sessions,
  staff_links,
  api_tokens,
  answers,
  tenant_files,
  flow_counts,
  alert_settings,
  alert_codes,
  staff_looking,
  alert_sends,
  counters,
  lanes,
  channel_states,
  filelinks,
  quarantine,
  receipts,
  attempts,
  link_tokens,
};

/** Makes collections and indexes that are missing; an index that is there already costs nothing. */
export async function ensureIndexes(connection: Connection): Promise<void> {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const model = connection.models[name] ?? connection.model(name, schema, name);
    await model.createCollection();
    await model.createIndexes();
  }
}
