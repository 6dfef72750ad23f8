import { createHmac } from 'node:crypto';

/** What Meta delivers, as it writes it: everything that isn't ASCII is escaped, and so are slashes. */
export function toWire(payload: unknown): Buffer {
  const text = JSON.stringify(payload)
    .replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/');
  return Buffer.from(text, 'ascii');
}

export function sign(bytes: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}

/** Delivers once, signed with `secret`; resolves to the answer's status, 0 when there was none. */
export async function deliver(
  webhookUrl: string,
  payload: unknown,
  secret: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const bytes = toWire(payload);
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      body: bytes,
      headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': sign(bytes, secret), ...headers },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

export interface Envelope {
  readonly phoneNumberId: string;
  readonly contacts?: readonly object[];
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
}

/** One change of the field `messages`, in its envelope. */
export function envelope({ phoneNumberId, ...value }: Envelope): object {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '200000000000001',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '622150000000', phone_number_id: phoneNumberId },
              ...value,
            },
          },
        ],
      },
    ],
  };
}

/** An id as Meta makes them: whoever decodes it reads the citizen's number. */
export function wamidOf(phone: string, rest: string): string {
  return `wamid.${Buffer.from(`${phone}#${rest}`).toString('base64')}`;
}

/** What of a number stands in every such id of it, letter for letter. */
export function numberInIds(phone: string): string {
  return Buffer.from(phone.slice(0, 12)).toString('base64');
}
