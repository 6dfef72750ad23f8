/** Passes a document to the next stage; false when that needs no more. */
export type Emit = (document: Buffer) => boolean;

/** One step of a pipeline. Documents are pushed through; what a stage holds back it gives at the end. */
export interface Stage {
  /** @returns false when the stage needs no more input */
  add(document: Buffer, emit: Emit): boolean;
  end(emit: Emit): void;
}

/** A stage that makes of each document one, several or none. */
export function mapping(apply: (document: Buffer, emit: Emit) => boolean): Stage {
  return { add: apply, end: () => undefined };
}
