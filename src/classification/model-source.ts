import type { Categories } from './categories.js';
import { createClassifier } from './classify.js';
import { type ModelFile, readModelFile } from './model-file.js';
import { currentVersion, readVersion } from './model-versions.js';
import type { Classifier } from './types.js';

/** Where classifiers get their model from: the tenant's current one, else the shipped one, else they learn it. */
export interface ModelSource {
  /** A classifier with the model that is current now. A model that can't be used is told of and left aside. */
  make(data: Categories): Classifier;
  /** True when another model became current since the last classifier was made. */
  isChanged(): boolean;
}

/** @param folder of the tenant's models, written by `npm run train` */
export function createModelSource({
  shippedFile,
  folder,
  onUnusable,
}: {
  readonly shippedFile: string;
  readonly folder: string;
  readonly onUnusable: (error: unknown) => void;
}): ModelSource {
  let version = currentVersion(folder);

  function usable(read: () => ModelFile | undefined): ModelFile | undefined {
    try {
      return read();
    } catch (error) {
      onUnusable(error);
      return undefined;
    }
  }

  return {
    make(data) {
      version = currentVersion(folder);
      const own = usable(() => readVersion(folder, version));
      return createClassifier(data, own ?? usable(() => readModelFile(shippedFile)));
    },
    isChanged: () => currentVersion(folder) !== version,
  };
}
