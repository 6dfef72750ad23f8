import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import helmet from 'helmet';
import { AppError } from '../core/errors.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};
const ALREADY_PACKED = new Set(['.png', '.ico']);

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly plain: Buffer;
  readonly gzip?: Buffer;
  readonly br?: Buffer;
}

/**
 * Only our own files and nothing inline; `blob:` is what a photo is shown from, `media-src` plays what citizens said,
 * `'self'` geolocation and camera.
 */
const pageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'blob:'],
      'media-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'object-src': ["'none'"],
      'require-trusted-types-for': ["'script'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
});
const PERMISSIONS = 'geolocation=(self), camera=(self), microphone=(), payment=(), usb=()';

/**
 * Serves the built pages: folder `chat` of `pagesDir` at `/chat`, and so on. All of it is read once, at start,
 * and compressed: the pages are small, and what an old phone on a slow network waits for is bytes.
 *
 * @param siteName put into the HTML in place of `__SITE_NAME__`
 */
export function createPages(pagesDir: string, siteName: string): express.Router {
  const files = loadPages(pagesDir, siteName);
  const router = express.Router();
  router.get('/', (_request, response) => response.redirect(302, '/chat'));
  router.use((request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const file = files.get(request.path) ?? files.get(`${request.path.replace(/\/$/, '')}/index.html`);
    if (!file) return next(missingPage(files, request.path));
    pageHeaders(request, response, () => send(file, request, response));
  });
  return router;
}

function missingPage(files: ReadonlyMap<string, PageFile>, path: string): AppError | undefined {
  if (path !== '/chat' || files.size > 0) return undefined;
  return new AppError('request.not_found', 'The pages are not built yet: run `npm run build:pages` and start again');
}

function send(file: PageFile, request: express.Request, response: express.Response): void {
  const encoding =
    file.br && request.acceptsEncodings('br')
      ? 'br'
      : file.gzip && request.acceptsEncodings('gzip')
        ? 'gzip'
        : undefined;
  response.setHeader('Content-Type', file.type);
  response.setHeader('Cache-Control', file.cacheControl);
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Permissions-Policy', PERMISSIONS);
  if (request.headers['if-none-match'] === file.etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  const body = encoding ? (file[encoding] ?? file.plain) : file.plain;
  if (encoding) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function loadPages(dir: string, siteName: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(dir)) return files;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(dir, path).split(sep).join('/')}`, loadPage(path, type, siteName));
  }
  return files;
}

function loadPage(path: string, type: string, siteName: string): PageFile {
  const content = readFileSync(path);
  const isHtml = extname(path) === '.html';
  const plain = isHtml ? Buffer.from(content.toString().replaceAll('__SITE_NAME__', escapeHtml(siteName))) : content;
  const file = {
    type,
    plain,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    // the build puts a hash of the content into the name of whatever lies in assets/
    cacheControl: path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (ALREADY_PACKED.has(extname(path))) return file;
  // the build lays them beside all but the HTML, into which the name has just come
  const packed = (suffix: string, pack: () => Buffer) =>
    !isHtml && existsSync(path + suffix) ? readFileSync(path + suffix) : pack();
  return {
    ...file,
    gzip: packed('.gz', () => gzipSync(plain, { level: 9 })),
    br: packed('.br', () => brotliCompressSync(plain)),
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
