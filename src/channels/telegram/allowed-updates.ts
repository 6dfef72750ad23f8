/**
 * The kinds of update we take. Always sent: when left out, what an earlier program asked for stays in force.
 * Posts of channels aren't among them; that we were made a member of one is, so we leave.
 */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;
