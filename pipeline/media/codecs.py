"""Decoders that may touch a recording: what phones, cameras, browsers and editors write, and nothing else.

ffmpeg has hundreds; each is a door for hostile bytes. A recording in another codec is `undecodable`.
"""

_VIDEO = """
    h264 hevc vvc libdav1d libaom-av1 av1 vp8 vp9 libvpx libvpx-vp9 vp6 vp6f
    mpeg1video mpeg2video mpegvideo mpeg4 h261 h263 h263p h263i flv theora
    msmpeg4v1 msmpeg4v2 msmpeg4 wmv1 wmv2 wmv3 wmv3image vc1 vc1image rv30 rv40
    mjpeg mjpegb prores dnxhd cfhd dvvideo svq1 svq3 cinepak qtrle rpza huffyuv ffvhuff ffv1 utvideo tscc tscc2
    msvideo1 msrle mss1 mss2 flashsv flashsv2 zmbv apv
    rawvideo v210 png bmp gif webp
"""
_AUDIO = """
    aac aac_latm ac3 ac3_fixed eac3 dca truehd mlp
    mp1 mp1float mp2 mp2float mp3 mp3float opus libopus vorbis libvorbis speex libspeex flac alac
    amrnb amrwb libopencore_amrnb libopencore_amrwb gsm gsm_ms ilbc g726 qcelp evrc
    wmav1 wmav2 wmapro wmalossless wmavoice nellymoser qdm2 qdmc cook sipr
    adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha mace3 mace6
    pcm_alaw pcm_mulaw pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be
    pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_bluray pcm_dvd
"""
_EMBEDDED_TEXT = """
    srt subrip ass ssa webvtt mov_text text cc_dec dvdsub dvbsub pgssub xsub libzvbi_teletextdec libaribb24
"""
"""Opened with a file that carries them, never decoded: embedded subtitles are dropped."""

ALLOWED_DECODERS: tuple[str, ...] = (*_VIDEO.split(), *_AUDIO.split(), *_EMBEDDED_TEXT.split())

SOUND_DECODERS = frozenset(_AUDIO.split())
"""Those of them that give sound."""

STILL_IMAGE_CODECS = frozenset({"png", "mjpeg", "mjpegb", "gif", "bmp", "tiff", "webp", "jpeg2000", "apng"})
"""Codecs of photos; a single frame of one is a picture, not a video."""
