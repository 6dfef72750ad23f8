const MAX_SIDE_PIXELS = 1600;
const SMALL_ENOUGH_BYTES = 400_000;
const JPEG_QUALITY = 0.82;

/**
 * Makes a large photo small enough for a slow network (typically 4 MB to 300 kB). What the browser can't read, and
 * what is no photo, is returned as it is.
 */
export async function shrinkPhoto(file: Blob): Promise<Blob> {
  if (!/^image\/(jpeg|png|webp|heic|heif|bmp)$/.test(file.type)) return file;
  const url = URL.createObjectURL(file);
  try {
    const image = await loadImage(url);
    const scale = Math.min(1, MAX_SIDE_PIXELS / Math.max(image.naturalWidth, image.naturalHeight));
    if (scale === 1 && file.size <= SMALL_ENOUGH_BYTES) return file;
    const smaller = await draw(image, scale);
    return smaller && smaller.size < file.size ? smaller : file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

function draw(image: HTMLImageElement, scale: number): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  // JPEG has no transparency; without this it would turn black
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
}
