import { connect, type Socket } from 'node:net';

/** One keep-alive connection that asks one thing at a time; as lean as can be, so that it leaves the machine to the service. */
export interface HttpClient {
  post(path: string, token: string, body: unknown): Promise<{ status: number; body: unknown }>;
  close(): void;
}

export function openClient(port: number): HttpClient {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let buffered = '';
  let answer: ((value: { status: number; body: unknown }) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;

  // latin1 keeps one character a byte, so that Content-Length can be compared with string lengths
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    const headEnd = buffered.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, headEnd))?.[1] ?? 0);
    if (buffered.length < headEnd + 4 + length) return;
    const body = Buffer.from(buffered.slice(headEnd + 4, headEnd + 4 + length), 'latin1').toString('utf8');
    const status = Number(buffered.slice(9, 12));
    buffered = buffered.slice(headEnd + 4 + length);
    answer?.({ status, body: body ? JSON.parse(body) : undefined });
  });
  socket.on('error', (error) => fail?.(error));
  socket.on('close', () => fail?.(new Error('the service closed the connection')));

  return {
    post: (path, token, body) =>
      new Promise((resolve, reject) => {
        answer = resolve;
        fail = reject;
        const text = JSON.stringify(body);
        const head = [
          `POST ${path} HTTP/1.1`,
          'Host: 127.0.0.1',
          'Content-Type: application/json',
          `Authorization: Bearer ${token}`,
          `Content-Length: ${Buffer.byteLength(text)}`,
        ];
        socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
      }),
    close: () => void socket.destroy(),
  };
}
