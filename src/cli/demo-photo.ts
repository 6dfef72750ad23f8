import sharp from 'sharp';
import type { Chance } from './demo-random.js';

/** A small picture of nothing in particular, another one each time. JPEG. */
export async function demoPhoto(chance: Chance): Promise<Buffer> {
  const tone = () => chance.between(60, 190);
  const spots = Array.from({ length: 12 }, () => {
    const [x, y, r] = [chance.between(0, 640), chance.between(0, 480), chance.between(20, 120)];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="rgb(${tone()},${tone()},${tone()})" opacity="0.6"/>`;
  });
  const ground = `<rect width="640" height="480" fill="rgb(${tone()},${tone()},${tone()})"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">${ground}${spots.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 70 }).toBuffer();
}
