package org.sparkfinetune.data.format;

/**
 * What the first bytes of a picture say about it, read without decoding.
 *
 * @param format found by its magic bytes, never by the file's name
 * @param width pixels as stored, before any EXIF orientation
 * @param height pixels as stored, before any EXIF orientation
 * @param bitsPerSample 8, or what a PNG or TIFF says
 */
public record PictureHeader(PictureFormat format, int width, int height, int bitsPerSample) {}
