/** Files a report over the web chat of a service in another process. @returns the case number */
export async function fileOverHttp(url: string, report: string): Promise<string> {
  const post = async (path: string, token: string, body: object) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${url}/api/webchat${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as { token: string; entries: { receipt?: { number: string } }[] };
  };
  const { token } = await post('/sessions', '', {});
  await post('/messages', token, { key: 'message-1', text: report });
  const { entries } = await post('/messages', token, { key: 'message-2', text: 'kirim' });
  const number = entries.at(-1)?.receipt?.number;
  if (!number) throw new Error('nothing was filed');
  return number;
}
