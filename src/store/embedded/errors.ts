/** MongoDB's code names of the errors this store gives. Drivers and applications read the code, people the name. */
const CODE_NAMES = {
  1: 'InternalError',
  2: 'BadValue',
  9: 'FailedToParse',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  31: 'InvalidPath',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  56: 'EmptyFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  96: 'OperationFailed',
  115: 'CommandNotSupported',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  197: 'InvalidIndexSpecificationOption',
  237: 'CursorInUse',
  241: 'ConversionFailure',
  276: 'IndexBuildAborted',
  291: 'NoQueryExecutionPlans',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  13: 'Unauthorized',
  14031: 'OutOfDiskSpace',
  17280: 'KeyTooLong',
} as const;

export type NamedCode = keyof typeof CODE_NAMES;

/** A refusal in MongoDB's terms: what a client gets as `code`, `codeName` and `errmsg`. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly codeName: string;

  /** @param code MongoDB's; codes without a name of their own are shown as `Location<code>`, as the server does */
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.codeName = Object.hasOwn(CODE_NAMES, code) ? CODE_NAMES[code as NamedCode] : `Location${code}`;
  }
}

/** A unique index refused a value; `keyPattern` and `keyValue` are BSON documents. */
export class DuplicateKeyError extends StoreError {
  constructor(
    message: string,
    readonly keyPattern: Buffer,
    readonly keyValue: Buffer,
  ) {
    super(11000, message);
  }
}
