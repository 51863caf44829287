/**
 * From pictures to datasets to network inputs.
 *
 * <ul>
 *   <li>{@code format}: checks the structure of encoded pictures; {@code picture}: decodes, resizes, hashes
 *   <li>{@code dataset}: splits, the ledger of files, descriptions; {@code source}: every kind of collection
 *   <li>{@code augment}: random changes of pictures, repeatable
 * </ul>
 */
package org.sparkfinetune.data;
