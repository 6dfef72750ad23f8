// the browser is the machine's own (CHROMIUM_PATH or /usr/bin/chromium); puppeteer must not fetch one
module.exports = { skipDownload: true };
