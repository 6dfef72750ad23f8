import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useRetry } from '../../parts/use-retry.js';
import { useConsole, useTexts } from '../../state/console.js';
import type { ConversationView } from '../../wire.js';
import type { CasePanelProps } from '../case/case-panel.js';
import { Context } from './context.js';

interface SideProps {
  readonly view: ConversationView;
  readonly onClose: () => void;
}

/** Beside the chat: what the bot knows, and the case. */
export function Side({ view, onClose }: SideProps) {
  const texts = useTexts();
  const numbers = [...new Set([view.row.case?.number, ...view.cases.map(({ number }) => number)])].filter(
    (number): number is string => number !== undefined,
  );
  const [chosen, setChosen] = useState<string | undefined>(view.row.mode === 'staff' ? numbers[0] : undefined);
  const number = chosen !== undefined && numbers.includes(chosen) ? chosen : undefined;
  return (
    <section class="side" aria-label={texts.panel}>
      <fieldset class="side-tabs" aria-label={texts.panel}>
        <button type="button" aria-pressed={number === undefined} onClick={() => setChosen(undefined)}>
          {texts.context}
        </button>
        {numbers.map((each) => (
          <button key={each} type="button" aria-pressed={each === number} onClick={() => setChosen(each)}>
            {each}
          </button>
        ))}
        <button type="button" class="icon-button side-close" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard */}
      <section class="side-body" tabIndex={0} aria-label={number ?? texts.context}>
        {number === undefined ? (
          <>
            <Context view={view} />
            <NewCase view={view} onMade={setChosen} />
          </>
        ) : (
          <LazyCase key={number} number={number} />
        )}
      </section>
    </section>
  );
}

interface NewCaseProps {
  readonly view: ConversationView;
  readonly onMade: (number: string) => void;
}

/** Fetched when first needed: a chat without a case does without. */
function LazyCase(props: CasePanelProps) {
  const texts = useTexts();
  const [module, setModule] = useState<{ readonly CasePanel: ComponentType<CasePanelProps> }>();
  const [failed, setFailed] = useState(false);
  const load = () =>
    import('../case/case-panel.js').then(
      ({ CasePanel }) => setModule({ CasePanel }),
      () => setFailed(true),
    );
  useEffect(() => void load(), []);
  useRetry(failed && !module, load);
  if (module) return <module.CasePanel {...props} />;
  return <p role="status">{failed ? texts.unreachable : texts.opening}</p>;
}

function NewCase(props: NewCaseProps) {
  const console = useConsole();
  const texts = useTexts();
  const [module, setModule] = useState<{
    readonly NewCaseDialog: ComponentType<NewCaseProps & { onClose: () => void }>;
  }>();
  const { may } = props.view;
  if (!may.say && !may.release) return null;
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() =>
          import('../case/new-case.js').then(
            ({ NewCaseDialog }) => setModule({ NewCaseDialog }),
            () => console.toast(texts.unreachable, { tone: 'bad' }),
          )
        }
      >
        <Icon name="plus" /> {texts.newCase}
      </button>
      {module && <module.NewCaseDialog {...props} onClose={() => setModule(undefined)} />}
    </>
  );
}
