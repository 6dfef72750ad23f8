/** To be said at every start with this channel on. */
export const WARNING =
  'WhatsApp Web is an unofficial way in: WhatsApp does not allow bots on it and may ban the number, and any change of ' +
  'its pages can stop it for days. Use it for a pilot, with a number made for it; a city should use the Cloud API.';
