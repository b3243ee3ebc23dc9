// The film on air below the layers of the programme, and what it shows below those of the preview.
import { FilmPlayer } from "../screen/film.js";

/** As large as the preview ever is. */
const WIDTH = 960;
const HEIGHT = 540;
const EVERY_MS = 80;

export class DirectorFilm {
  /** Both are places of a `Stack`. */
  constructor(link, programme, preview) {
    const below = (stage, made) => stage.insertBefore(made, stage.firstChild);
    const place = below(programme, Object.assign(document.createElement("div"), { className: "director-film",
      hidden: true }));
    this.player = new FilmPlayer(link, place, { small: true });
    this.copy = below(preview, Object.assign(document.createElement("canvas"), { className: "director-film",
      width: WIDTH, height: HEIGHT, hidden: true }));
    setInterval(() => this.#copy(), EVERY_MS); // one film is loaded and decoded, not two
  }

  follow(state) {
    this.player.follow(state);
  }

  #copy() {
    const { place } = this.player;
    const video = place.querySelector("video");
    const draw = this.copy.getContext("2d");
    this.copy.hidden = place.hidden;
    if (!video?.videoWidth) {
      this.copy.style.backgroundImage = video?.poster ? `url("${video.poster}")` : "";
      return void draw.clearRect(0, 0, WIDTH, HEIGHT);
    }
    const fit = Math.min(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
    const [width, height] = [video.videoWidth * fit, video.videoHeight * fit];
    draw.fillRect(0, 0, WIDTH, HEIGHT);
    draw.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  }
}
