// Google's own library for Node against the sandbox: uploads in both of its ways, resumes, and lists.
// Reads {rootUrl, clientId, clientSecret, refreshToken, video, thumbnail} from the standard input; writes what it saw.
import { createReadStream, readFileSync } from 'node:fs';
import { auth, youtube as openYouTube } from '@googleapis/youtube';

const CHUNK_BYTES = 256 * 1024;
const given = JSON.parse(readFileSync(0, 'utf-8'));
const client = new auth.OAuth2({
  clientId: given.clientId,
  clientSecret: given.clientSecret,
  endpoints: { oauth2TokenUrl: `${given.rootUrl}token` },
});
client.setCredentials({ refresh_token: given.refreshToken });
const youtube = openYouTube({ version: 'v3', auth: client, rootUrl: given.rootUrl, retry: false });
// The library moves its list calls by the client's rootUrl, and its uploads by that of the call.
const here = { rootUrl: given.rootUrl };
const seen = {};

function resource(title) {
  return {
    snippet: { title, description: 'From Node.', tags: ['one', 'two words'], categoryId: '10' },
    status: { privacyStatus: 'unlisted', selfDeclaredMadeForKids: false, containsSyntheticMedia: true },
  };
}

// A session of the resumable protocol is opened by videos.insert itself; its pieces go by the same authorised client.
async function openSession(title, bytes) {
  const answer = await youtube.videos.insert(
    { part: ['snippet', 'status'], uploadType: 'resumable', requestBody: resource(title) },
    {
      url: `${given.rootUrl}upload/youtube/v3/videos`,
      headers: { 'X-Upload-Content-Type': 'video/mp4', 'X-Upload-Content-Length': String(bytes) },
    },
  );
  return answer.headers.get('location');
}

function put(session, range, data) {
  return client.request({
    url: session,
    method: 'PUT',
    headers: { 'Content-Range': `bytes ${range}` },
    data,
    retry: false,
    validateStatus: (status) => [200, 201, 308].includes(status),
  });
}

// Where a session stands: the next byte it waits for.
function nextByte(answer) {
  const range = answer.headers.get('range');
  return range === null ? 0 : Number(range.split('-')[1]) + 1;
}

async function uploadInPieces(title) {
  const video = readFileSync(given.video);
  const session = await openSession(title, video.length);
  const asked = [];
  let answer = await put(session, `*/${video.length}`);
  while (answer.status === 308) {
    const start = nextByte(answer);
    const end = Math.min(start + CHUNK_BYTES, video.length);
    await put(session, `${start}-${end - 1}/${video.length}`, video.subarray(start, end));
    answer = await put(session, `*/${video.length}`); // as a client does that lost the answer
    asked.push(answer.status === 308 ? nextByte(answer) : 'done');
  }
  return { id: answer.data.id, asked };
}

seen.channel = (await youtube.channels.list({ part: ['snippet', 'contentDetails'], mine: true })).data.items[0];
seen.resumable = await uploadInPieces('In pieces');
const video = { mimeType: 'video/mp4', body: createReadStream(given.video) };
const inserted = { part: ['snippet', 'status'], requestBody: resource('In one'), media: video };
const whole = await youtube.videos.insert(inserted, here);
seen.multipart = { id: whole.data.id, title: whole.data.snippet.title };
const thumbnail = { mimeType: 'image/jpeg', body: createReadStream(given.thumbnail) };
seen.thumbnail = (await youtube.thumbnails.set({ videoId: seen.resumable.id, media: thumbnail }, here)).data.kind;
const renamed = { id: seen.resumable.id, snippet: { title: 'Renamed', categoryId: '10' } };
seen.renamed = (await youtube.videos.update({ part: ['snippet'], requestBody: renamed })).data.snippet.title;
const uploads = seen.channel.contentDetails.relatedPlaylists.uploads;
seen.uploads = [];
let pageToken;
do {
  const page = await youtube.playlistItems.list({ part: ['snippet'], playlistId: uploads, maxResults: 1, pageToken });
  seen.uploads.push(...page.data.items.map((item) => item.snippet.title));
  pageToken = page.data.nextPageToken;
} while (pageToken);
const ids = [seen.resumable.id, seen.multipart.id];
seen.videos = (await youtube.videos.list({ part: ['snippet', 'status', 'contentDetails'], id: ids })).data.items;
try {
  await youtube.videos.list({ part: ['snippet'], chart: 'noSuchChart' });
} catch (error) {
  seen.refused = { status: error.status, message: error.message };
}
process.stdout.write(JSON.stringify(seen));
