import express from 'express';
import { z } from 'zod';
import type { Committed } from '../../conversations/commit.js';
import { cleanText } from '../../core/text.js';
import { NewCaseBody } from '../../staff/api/case.js';
import {
  EntriesQuery,
  NoteBody,
  PresenceBody,
  RevealBody,
  SayBody,
  TransferBody,
} from '../../staff/api/conversation.js';
import type { ChatDeeds } from '../../staff/chat-deeds.js';
import type { ChatView } from '../../staff/chat-view.js';
import type { KeepNote } from '../../staff/keep-note.js';
import type { FileNewCase } from '../../staff/new-case.js';
import type { NotePresence } from '../../staff/note-presence.js';
import type { RevealChat } from '../../staff/reveal-chat.js';
import { keyOf, localeOf, paramOf } from './console-parts.js';
import type { Gate } from './gate.js';
import { parseInput, readInput } from './read-input.js';
import { DONE, send } from './send.js';
import type { WriteOnce } from './write-once.js';

const Nothing = z.strictObject({});
/** `seq`: the newest turn that was on screen. */
const ReadBody = z.strictObject({ seq: z.number().int().optional() });
/** For whom of one's colleagues. */
const ApproveBody = z.strictObject({ staffId: z.string().min(1).max(64) });

export interface ConversationRoutesDeps {
  readonly view: ChatView;
  readonly deeds: ChatDeeds;
  readonly keepNote: KeepNote;
  readonly notePresence: NotePresence;
  readonly reveal: RevealChat;
  readonly fileNewCase: FileNewCase;
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
}

/** One chat: what was said in it, and what staff do in it. */
export function createConversationRoutes(deps: ConversationRoutesDeps): express.Router {
  const { view, deeds, gate, writeOnce } = deps;
  const router = express.Router();

  router.get('/conversations/:id', async (request, response) => {
    const body = await view.open(gate.actorOf(response), request.params.id, localeOf(request));
    send(response, { status: 200, body });
  });

  router.get('/conversations/:id/entries', async (request, response) => {
    const where = parseInput(EntriesQuery, request.query);
    send(response, { status: 200, body: await view.entries(gate.actorOf(response), request.params.id, where) });
  });

  router.post(
    '/conversations/:id/claim',
    writeOnce(Nothing, async (input) =>
      told(await deeds.claim(input.actor, paramOf(input.request, 'id'), keyOf(input))),
    ),
  );

  router.post(
    '/conversations/:id/say',
    writeOnce(SayBody, async (input) => {
      const { text, fileIds } = input.body;
      const id = paramOf(input.request, 'id');
      return told(await deeds.say(input.actor, id, keyOf(input), cleanText(text), fileIds));
    }),
  );

  router.post(
    '/conversations/:id/release',
    writeOnce(Nothing, async (input) =>
      told(await deeds.release(input.actor, paramOf(input.request, 'id'), keyOf(input))),
    ),
  );

  router.post(
    '/conversations/:id/close',
    writeOnce(Nothing, async (input) =>
      told(await deeds.release(input.actor, paramOf(input.request, 'id'), keyOf(input))),
    ),
  );

  router.post(
    '/conversations/:id/transfer',
    writeOnce(TransferBody, async (input) => {
      const { note, ...to } = input.body;
      const id = paramOf(input.request, 'id');
      const key = keyOf(input);
      const done = await deeds.transfer(input.actor, id, key, to);
      if (note) {
        const mentions = 'staffId' in to ? [to.staffId] : [];
        await deps.keepNote.onTransfer(input.actor, id, key, cleanText(note), mentions);
      }
      return told(done);
    }),
  );

  router.post(
    '/conversations/:id/notes',
    writeOnce(NoteBody, async (input) => {
      const { text, mentions } = input.body;
      const id = paramOf(input.request, 'id');
      const body = await deps.keepNote.onChat(input.actor, id, keyOf(input), cleanText(text), mentions);
      return { status: 201, body };
    }),
  );

  router.post(
    '/conversations/:id/reveal',
    writeOnce(RevealBody, async (input) => ({
      status: 200,
      body: await deps.reveal.reveal(input.actor, paramOf(input.request, 'id'), keyOf(input), input.body),
    })),
  );

  router.post(
    '/conversations/:id/reveal-approvals',
    writeOnce(ApproveBody, async ({ actor, request, body }) => {
      await deps.reveal.approve(actor, paramOf(request, 'id'), body.staffId);
      return DONE;
    }),
  );

  router.post(
    '/conversations/:id/cases',
    writeOnce(NewCaseBody, async (input) => {
      const { description, place, ...rest } = input.body;
      const wanted = { ...rest, description: cleanText(description), place: place && cleanText(place) };
      const id = paramOf(input.request, 'id');
      return { status: 201, body: await deps.fileNewCase(input.actor, id, keyOf(input), wanted) };
    }),
  );

  // told again and again, and worth nothing later: kept by no key
  router.post('/conversations/:id/presence', async (request, response) => {
    const { isTyping } = await readInput(request, PresenceBody);
    await deps.notePresence(gate.actorOf(response), request.params.id, isTyping);
    send(response, DONE);
  });

  router.post('/conversations/:id/read', async (request, response) => {
    const { seq } = await readInput(request, ReadBody);
    await deeds.markRead(gate.actorOf(response), request.params.id, seq);
    send(response, DONE);
  });

  return router;
}

function told({ turn }: Committed) {
  return { status: 200, body: { conversationId: turn.conversationId, seq: turn.seq } };
}
