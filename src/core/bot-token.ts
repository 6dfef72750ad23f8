/** `<bot id>:<secret>`, bare or percent-encoded, as it stands in URLs of the Bot API: whoever has it is the bot. */
const BOT_TOKEN = /\d{3,}(?::|%3A)[\w-]{20,}/gi;

/** Cuts whatever has the form of a Telegram bot's token out of a text that may be logged or shown. */
export function hideBotTokens(text: string): string {
  return text.replace(BOT_TOKEN, '[token]');
}
