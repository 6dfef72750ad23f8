import { createTransport } from 'nodemailer';

const TIMEOUT_MS = 15_000;

export interface Mail {
  /** The same id again is the same mail to most mail programs. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands one mail over to the mail server. @throws {Error} when it wasn't taken */
export type SendMail = (mail: Mail) => Promise<void>;

export function createSendMail({ url, from }: { readonly url: string; readonly from: string }): SendMail {
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  const host = from.split('@')[1] ?? 'localhost';
  return async ({ id, to, subject, text }) => {
    await transport.sendMail({
      ...{ from, to, subject, text },
      messageId: `<${id.replace(/[^\w.-]/g, '.')}@${host}>`,
      // no answering machine shall answer it
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  };
}
