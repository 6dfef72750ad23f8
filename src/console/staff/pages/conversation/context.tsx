import { Due } from '../../parts/due.js';
import { toHash } from '../../routes.js';
import { useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { ConversationView } from '../../wire.js';
import { ApproveReveal, Reveal } from './reveal.js';

/** What one should know before the first word: why they wait, what they said, what the bot made of it. */
export function Context({ view }: { readonly view: ConversationView }) {
  const texts = useTexts();
  const { categories, statuses } = useSettings();
  const { context, cases } = view;
  const { mood, guess } = context;
  const nameOf = (list: readonly { id: string; name: string }[], id: string) =>
    list.find((each) => each.id === id)?.name ?? id;
  return (
    <div class="context">
      <dl class="facts">
        {context.reason !== undefined && (
          <div>
            <dt>{texts.whyHandover}</dt>
            <dd>{textOr(texts, `handover_${context.reason}`, context.reason)}</dd>
          </div>
        )}
        <div>
          <dt>{texts.language}</dt>
          <dd>{textOr(texts, `locale_${context.locale}`, context.locale)}</dd>
        </div>
        <div>
          <dt>{texts.mood}</dt>
          <dd>
            <span class={`mood ${mood.tone}`}>{texts[`mood_${mood.tone}`]}</span>
            {mood.words.length > 0 && <span class="muted"> “{mood.words.join('”, “')}”</span>}
          </dd>
        </div>
        {guess && (
          <div>
            <dt>{texts.guess}</dt>
            <dd>
              {nameOf(categories, guess.category)}{' '}
              <span class="muted">{fill(texts.percentSure, { percent: Math.round(guess.confidence * 100) })}</span>
              {guess.words.length > 0 && <span class="muted guess-words">“{guess.words.join('”, “')}”</span>}
            </dd>
          </div>
        )}
      </dl>
      {context.answers.length > 0 && (
        <section>
          <h2>{texts.answers}</h2>
          <dl class="facts">
            {context.answers.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd dir="auto">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h2>{texts.theirCases}</h2>
        {cases.length === 0 && <p class="muted">{texts.noCases}</p>}
        <ul class="case-links">
          {cases.map((card) => (
            <li key={card.number}>
              <a href={toHash(['cases', card.number])}>
                <strong>{card.number}</strong> {nameOf(statuses, card.status)}
              </a>
              <span class="muted">{nameOf(categories, card.category)}</span> <Due clock={card} />
            </li>
          ))}
        </ul>
      </section>
      {view.may.reveal && <Reveal view={view} />}
      <ApproveReveal view={view} />
    </div>
  );
}
