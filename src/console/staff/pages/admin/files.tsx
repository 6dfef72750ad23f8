import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { type PageProps, toHash } from '../../routes.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import type { FileState } from '../../wire-admin.js';
import { FileEditor } from './file-editor.js';

/** The files that hold an office's rules, each with its versions. */
export function FilesPart({ route }: PageProps) {
  const path = route.query['path'];
  return path ? <FileEditor key={path} path={path} /> : <FileTable />;
}

function FileTable() {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const loaded = useLoad<{ readonly files: readonly FileState[] }>('/admin/files');
  return (
    <WhenLoaded loaded={loaded}>
      {({ files }) => (
        <Table label={texts.admFiles} head={[texts.admFile, texts.admVersionShort, texts.admChanged, texts.admState]}>
          {files.map((file) => (
            <tr key={file.path}>
              <th scope="row">
                <a href={toHash(['admin', 'files'], { path: file.path })}>{file.path}</a>
              </th>
              <td>{file.version}</td>
              <td>{file.at ? dateTime(file.at, lang, zone) : texts.admShipped}</td>
              <td>{texts[`admFile_${file.state}`]}</td>
            </tr>
          ))}
        </Table>
      )}
    </WhenLoaded>
  );
}
