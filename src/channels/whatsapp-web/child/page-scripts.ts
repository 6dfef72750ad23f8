/**
 * What we ask of the page beside what the library offers. As text: a compiled function would refer to helpers that the
 * page doesn't have. Module names are those of the library's own 1.34.7; read them again on each bump.
 */

export const SOCKET_STATE = "String(window.require('WAWebSocketModel').Socket.state)";

/** The library means to do this when a QR code has expired, but calls it outside the page. */
export const REFRESH_QR = "void window.require('WAWebCmd').Cmd.refreshQR()";

/** The library's own list of chats asks WhatsApp for the members of every group. */
export const LIST_CHATS = `window.require('WAWebCollections').Chat.getModelsArray().map((chat) => ({
  id: String(chat.id._serialized),
  newestAtSeconds: Number(chat.t) || 0,
  unread: Number(chat.unreadCount) || 0,
}))`;
