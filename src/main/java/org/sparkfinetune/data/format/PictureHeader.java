package org.sparkfinetune.data.format;

/**
 * The header of a picture, read without decoding.
 *
 * @param format format by the magic bytes, never by the file's name
 * @param width width in pixels as stored, before any EXIF orientation
 * @param height height in pixels as stored, before any EXIF orientation
 * @param bitsPerSample 8, or the number in the header of a PNG or TIFF
 */
public record PictureHeader(PictureFormat format, int width, int height, int bitsPerSample) {}
