import { useTexts } from '../state/console.js';
import type { ListState } from '../state/paged-list.js';
import { failureText, isAway } from './failure-text.js';
import { useRetry } from './use-retry.js';

interface ListFootProps<Row> {
  readonly list: ListState<Row>;
  /** Said when there is nothing in it. */
  readonly empty: string;
  readonly onRetry: () => void;
  readonly onMore: () => void;
}

/** What stands below a list: that it is empty, on its way or couldn't be read, and how to read on. */
export function ListFoot<Row>({ list, empty, onRetry, onMore }: ListFootProps<Row>) {
  const texts = useTexts();
  const { rows, cursor, isLoading, failure } = list;
  useRetry(isAway(failure), onRetry);
  return (
    <>
      {failure !== undefined && (
        <p class="list-note bad" role="alert">
          {failureText(failure, texts)}{' '}
          <button type="button" class="link" onClick={onRetry}>
            {texts.tryAgain}
          </button>
        </p>
      )}
      {rows.length === 0 && failure === undefined && <p class="list-note">{isLoading ? texts.opening : empty}</p>}
      {cursor && (
        <button type="button" class="button more" aria-disabled={isLoading} onClick={onMore}>
          {texts.more}
        </button>
      )}
    </>
  );
}
