/** From pictures to datasets to network inputs: decoding, splits, quarantine, files committed by rename. */
package org.sparkfinetune.data;
